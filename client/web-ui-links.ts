/** Addresses of Temporal's Web UI: the one place that makes them. */
export class WebUiLinks {
  /** @param base of the Web UI, without a namespace */
  constructor(
    private readonly base: string,
    private readonly namespace: string,
  ) {}

  /** A workflow's page: its latest run. */
  workflow(workflowId: string): string {
    return `${this.workflows()}/${inAddress(workflowId)}`;
  }

  /** The list of what a query of Temporal's visibility finds. */
  search(query: string): string {
    return `${this.workflows()}?query=${inAddress(query)}`;
  }

  private workflows(): string {
    return `${this.base.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(this.namespace)}/workflows`;
  }
}

/** Quotes and brackets as well, which end a link in Markdown and in many a chat. */
function inAddress(text: string): string {
  return encodeURIComponent(text).replace(/['()]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
}

/** @param base of the Web UI; null where none is known, which makes no links */
export function webUiLinks(base: string | null, namespace: string): WebUiLinks | null {
  return base === null ? null : new WebUiLinks(base, namespace);
}
