import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { run } from './tools';

/** Whether .NET's SDK is here; a runtime alone builds nothing. */
export function hasDotnetSdk(): boolean {
  return versionOfSdk() !== undefined;
}

function versionOfSdk(): string | undefined {
  const { status, stdout } = spawnSync('dotnet', ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

/**
 * Builds a project for the SDK that is here, whichever it is.
 * @returns the program's file, which `dotnet` runs
 */
export async function builtByDotnet(folder: string, project: string): Promise<string> {
  const major = Number.parseInt(versionOfSdk() ?? '', 10);
  const framework = major < 5 ? 'netcoreapp3.1' : `net${major}.0`;
  const words = ['build', `${project}.csproj`, '--nologo', '--output', 'built'];
  await run('dotnet', [...words, `-property:TargetFramework=${framework}`], folder, {
    DOTNET_CLI_TELEMETRY_OPTOUT: '1',
    DOTNET_NOLOGO: '1',
  });
  return path.join(folder, `built/${project}.dll`);
}
