import { Argument, type Command } from 'commander';
import { explain } from './terminal/help';
import { say } from './terminal/output';

const SHELLS = ['bash', 'zsh'] as const;

/** `completion`: a script that completes commands, options and choices; it calls neither Temporal nor MobiFone. */
export function addCompletion(program: Command): void {
  explain(
    program.command('completion'),
    ['datacode completion zsh > ~/.datacode-completion', 'source <(datacode completion bash)'],
    [],
  )
    .description('prints a script that completes commands, options and choices in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) => say(...completionScript(program, shell).split('\n')));
}

/** All commands of a program, each by the words that lead to it, with the words that may follow. */
function* wordsByPath(command: Command, path = ''): Generator<[path: string, words: string[]]> {
  const shown = command.createHelp().visibleCommands(command);
  const commands = command.commands.filter((each) => shown.includes(each));
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const longOptions = command.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []));
  yield [path, [...commands.map((each) => each.name()), ...choices, ...longOptions, '--help']];
  for (const each of commands) yield* wordsByPath(each, `${path} ${each.name()}`);
}

function completionScript(program: Command, shell: (typeof SHELLS)[number]): string {
  const name = program.name();
  const known = [...wordsByPath(program)];
  const paths = known.map(([path]) => `'${path}'`).filter((path) => path !== "''");
  return [
    ...(shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : []),
    `_${name}() {`,
    `  local path='' word words=''`,
    `  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do`,
    `    case "$path $word" in`,
    `      ${paths.join('|')}) path="$path $word" ;;`,
    '    esac',
    '  done',
    '  case "$path" in',
    ...known.map(([path, words]) => `    '${path}') words='${words.join(' ')}' ;;`),
    '  esac',
    `  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))`,
    '}',
    `complete -o default -F _${name} ${name}`,
  ].join('\n');
}
