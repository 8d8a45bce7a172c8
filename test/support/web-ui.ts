import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** What an operator does in Temporal's Web UI, by the words and controls that `docs/operations.md` names. */
export class WebUi {
  constructor(private readonly page: Page) {}

  /** Opens a list and waits until it holds a workflow. */
  async openList(address: string, workflowId: string): Promise<void> {
    await this.page.goto(address);
    await this.link(workflowId).waitFor();
  }

  /** Chooses a workflow of the list, and its tab with sentences. */
  async openSentences(workflowId: string, awaited: string): Promise<void> {
    await this.link(workflowId).click();
    await this.page.getByText('User Metadata').first().click();
    await this.sentences(awaited).waitFor();
  }

  /** Fills in the form of an update, and leaves it open. */
  async fillInUpdate(name: string, data: string): Promise<void> {
    await this.page.getByRole('button', { name: 'More Actions' }).first().click();
    await this.page.getByRole('menuitem', { name: 'Send an Update' }).click();
    const form = this.page.locator('dialog[open]');
    await form.locator('div:has(> #update-select)').click();
    await form.getByRole('option', { name }).click();
    await form.locator('[contenteditable=true]').fill(data);
  }

  async submit(): Promise<void> {
    await this.page.locator('dialog[open]').getByRole('button', { name: 'Submit' }).click();
  }

  /** Markdown is shown in frames of its own. */
  private sentences(awaited: string) {
    return this.page.frameLocator('iframe').last().getByText(awaited).first();
  }

  private link(workflowId: string) {
    return this.page.getByRole('link', { name: workflowId }).first();
  }
}

/** The first link of a document with this text. */
export function linkOf(document: string, text: string): string {
  const [, address = ''] =
    new RegExp(`\\[${text}\\]\\((http[^)]*)\\)`).exec(readFileSync(document, 'utf8')) ?? [];
  return address;
}

/** The first JSON that a document shows. */
export function jsonOf(document: string): string {
  const [, json = ''] = /```json\n([^]*?)```/.exec(readFileSync(document, 'utf8')) ?? [];
  return json;
}
