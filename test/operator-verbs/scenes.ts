import type { PaymentForm } from '../../domain/catalogue/packages';
import type { GatewayActivities } from '../../activities/gateway-activities';
import type { ChannelActivities } from '../../activities/channel-activities';
import type { Misconduct } from './forgetful-gateway';

/** Where a purchase stands when the operator acts. */
export interface Scene {
  /** The step, as the page names it. */
  step: string;
  form: PaymentForm;
  /** What is the matter with it, in words. */
  matter: string;
  misconduct: Misconduct;
  /** The channel's webhook takes nothing until all is well again. */
  webhookDown?: true;
  /** Check, registration and charge are first attempted in one activity. */
  firstTry?: true;
  /** It goes on by itself soon, so that a batch, which takes its time, may come too late. */
  goesOn?: true;
  /** What the operator finds: an activity that waits for its next attempt, or one that runs. */
  waits: keyof GatewayActivities | keyof ChannelActivities | 'running';
}

/** How long an inquiry may not yet see a command (P3), milliseconds: what the product is told, and what is kept. */
export const FINAL_AFTER_MS = 5_000;
const INQUIRY_LAG_MS = FINAL_AFTER_MS - 1_000;

const SILENT = { silentInquiries: 'always' } as const;
/** No refusals that the command itself may have caused, which would be asked about first. */
const NOT_SOLD = { register: 'package_not_allowed' } as const;
const UNPAID = { charge: 'charging_barred' } as const;

/** A command whose reply was lost, so that its next attempt is pending. */
function lost(
  scene: Omit<Scene, 'misconduct' | 'matter'> & { refused?: Misconduct['refused'] },
  call: 'register' | 'charge' | 'rollback' | 'sms',
): Scene[] {
  const { refused, ...rest } = scene;
  return (['before', 'after'] as const).map((effect) => ({
    ...rest,
    matter: `reply lost ${effect} the effect`,
    misconduct: { lost: { call, effect }, ...SILENT, ...(refused ? { refused } : {}) },
  }));
}

/** The first try with its registration or charge under way. */
function underWay(call: 'register' | 'charge'): Scene[] {
  return (['before', 'after'] as const).map((effect) => ({
    step: `first try, ${call} under way`,
    form: 'postpaid',
    matter: `reply will be lost ${effect} the effect`,
    misconduct: { held: { call, effect } },
    firstTry: true,
    waits: 'running',
  }));
}

/** A command that was executed, which an inquiry does not see yet. */
function unseen(scene: Omit<Scene, 'misconduct' | 'matter'>, call: 'register' | 'charge'): Scene {
  return {
    ...scene,
    matter: 'reply lost after the effect, the inquiry lags',
    misconduct: { lost: { call, effect: 'after' }, inquiryLagMs: INQUIRY_LAG_MS },
    goesOn: true,
  };
}

/** Every step of both payment forms at which something can be stuck. */
export const SCENES: readonly Scene[] = [
  {
    step: 'check',
    form: 'postpaid',
    matter: 'no reply',
    misconduct: { dead: 'check' },
    firstTry: true,
    waits: 'checkSubscriber',
  },
  ...underWay('register'),
  ...underWay('charge'),
  ...lost({ step: 'register', form: 'postpaid', waits: 'registerPackage' }, 'register'),
  ...lost({ step: 'charge', form: 'postpaid', waits: 'chargeSubscriber' }, 'charge'),
  ...lost(
    { step: 'charge after the first try', form: 'postpaid', firstTry: true, waits: 'chargeSubscriber' },
    'charge',
  ),
  ...lost({ step: 'rollback', form: 'postpaid', waits: 'rollbackRegistration', refused: UNPAID }, 'rollback'),
  {
    step: 'late-effect watch',
    form: 'postpaid',
    matter: 'no reply to the inquiry',
    misconduct: {
      lost: { call: 'register', effect: 'after' },
      refused: UNPAID,
      silentInquiries: 'after_rollback',
    },
    waits: 'findLateEffect',
  },
  {
    step: 'refund notice',
    form: 'postpaid',
    matter: 'webhook down',
    misconduct: { refused: UNPAID },
    webhookDown: true,
    firstTry: true,
    waits: 'noticeRefund',
  },
  ...lost({ step: 'messages', form: 'postpaid', firstTry: true, waits: 'sendMessage' }, 'sms'),
  ...lost(
    {
      step: 'rejection message',
      form: 'postpaid',
      firstTry: true,
      waits: 'sendMessage',
      refused: NOT_SOLD,
    },
    'sms',
  ),
  ...lost({ step: 'register', form: 'prepaid', waits: 'registerPackage' }, 'register'),
  {
    step: 'refund notice',
    form: 'prepaid',
    matter: 'webhook down',
    misconduct: { refused: { register: 'insufficient_balance' } },
    webhookDown: true,
    waits: 'noticeRefund',
  },
  ...lost({ step: 'messages', form: 'prepaid', waits: 'sendMessage' }, 'sms'),
  unseen({ step: 'register', form: 'postpaid', waits: 'registerPackage' }, 'register'),
  unseen({ step: 'charge', form: 'postpaid', waits: 'chargeSubscriber' }, 'charge'),
  unseen({ step: 'register', form: 'prepaid', waits: 'registerPackage' }, 'register'),
];

/** `prepaid register, reply lost after the effect`. */
export function sceneName({ form, step, matter }: Scene): string {
  return `${form} ${step}, ${matter}`;
}
