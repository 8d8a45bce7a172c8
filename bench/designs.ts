/** The purchases that are measured, and how they are bought. */
export const DESIGNS = {
  sagaByApi: 'our saga, through the HTTP API',
  sagaByClient: 'our saga, through the client',
  naive: 'naive saga, through the client',
  nothing: 'a workflow that does nothing',
} as const;
export type Design = keyof typeof DESIGNS;
