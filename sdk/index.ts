export { DatacodeClient, type SubmitOptions, type WaitOptions } from './client';
export type { BatchClient } from './batches';
export type { EventOptions } from './events';
export { DatacodeProblem, NoAnswer } from './faults';
export { ClientMisconfigured, type ClientSettings } from './settings';
export {
  NoticeCannotBeVerified,
  UnverifiedNotice,
  verifyNotice,
  type NoticeFault,
  type VerifiedNotice,
} from './notices';
export type { CallOptions } from './transport';
export type * from './types';
