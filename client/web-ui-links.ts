/** URLs of Temporal's Web UI. */
export class WebUiLinks {
  /** @param base URL of the Web UI, without a namespace */
  constructor(
    private readonly base: string,
    private readonly namespace: string,
  ) {}

  /** A workflow's page: its latest run. */
  workflow(workflowId: string): string {
    return `${this.workflows()}/${inAddress(workflowId)}`;
  }

  /** The result list of a visibility query. */
  search(query: string): string {
    return `${this.workflows()}?query=${inAddress(query)}`;
  }

  private workflows(): string {
    return `${this.base.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(this.namespace)}/workflows`;
  }
}

/** Encodes quotes and brackets as well, which would end a link in Markdown and in many chats. */
function inAddress(text: string): string {
  return encodeURIComponent(text).replace(/['()]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
}

/** @param base URL of the Web UI; null if unknown, then there are no links */
export function webUiLinks(base: string | null, namespace: string): WebUiLinks | null {
  return base === null ? null : new WebUiLinks(base, namespace);
}
