export { DatacodeClient, type ClientSettings, type SubmitOptions, type WaitOptions } from './client';
export type { EventOptions } from './events';
export { DatacodeProblem, NoAnswer } from './faults';
export { ClientMisconfigured } from './misconfigured';
export {
  NoticeCannotBeVerified,
  UnverifiedNotice,
  verifyNotice,
  type NoticeFault,
  type VerifiedNotice,
} from './notices';
export type { CallOptions } from './transport';
export type * from './types';
