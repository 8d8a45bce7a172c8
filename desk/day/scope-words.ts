import type { PauseScope } from '../../domain/control';
import type { Words } from '../words/words';

/** What is paused, in the visitor's language. */
export function scopeInPlainWords({ day }: Words, scope: PauseScope): string {
  switch (scope.kind) {
    case 'all':
      return day.scopes.all;
    case 'channel':
      return `${day.scopes.channel} ${scope.channel}`;
    case 'package':
      return `${day.scopes.package} ${scope.package}`;
  }
}
