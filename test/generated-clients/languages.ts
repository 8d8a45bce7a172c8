import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { generate, installedGenerator, mavenGoal } from './openapi-generator';
import { installedPythonGenerator } from './python-generator';
import { builtByDotnet, hasDotnetSdk } from './dotnet';
import { fetched, hasTool, run, type Environment } from './tools';

/** A client is generated in `folder` and its story is told. */
export interface Language {
  name: string;
  /** What the machine must have; where it is missing the story is skipped, and the reason is printed. */
  tools: readonly string[];
  /** @returns what the story printed @throws Error with what went wrong */
  tell(work: { document: string; folder: string; cache: string; environment: Environment }): Promise<string>;
}

const STORIES = __dirname;
/** Where Debian's package php-guzzlehttp-guzzle has it, and where a composer project of the machine may have it. */
const GUZZLE = [process.env['GUZZLE_AUTOLOAD'], '/usr/share/php/GuzzleHttp/autoload.php'].find(
  (file) => file !== undefined && existsSync(file),
);

export const LANGUAGES: readonly Language[] = [
  {
    name: 'Python',
    tools: ['python3'],
    async tell({ document, folder, cache, environment }) {
      const packages = await installedPythonGenerator(cache);
      const words = [
        'generate',
        '--path',
        document,
        '--meta',
        'none',
        '--output-path',
        'datacode_api_client',
      ];
      const command = 'from openapi_python_client.cli import app; app()';
      await run('python3', ['-c', command, ...words], folder, { PYTHONPATH: packages });
      const places = { PYTHONPATH: [folder, packages].join(path.delimiter) };
      return run('python3', [path.join(STORIES, 'python/story.py')], folder, { ...environment, ...places });
    },
  },
  {
    name: 'Go',
    tools: ['go', 'java', 'mvn'],
    async tell({ document, folder, cache, environment }) {
      const jar = await installedGenerator(cache);
      const options = 'packageName=datacode,enumClassPrefix=true,withGoMod=false';
      await generate(jar, { document, language: 'go', folder, options });
      await run('go', ['mod', 'init', 'example.com/datacode'], folder);
      await mkdir(path.join(folder, 'story'));
      await copyFile(path.join(STORIES, 'go/story.go'), path.join(folder, 'story/story.go'));
      return run('go', ['run', './story'], folder, environment);
    },
  },
  {
    name: 'Java',
    tools: ['java', 'javac', 'mvn'],
    async tell({ document, folder, cache, environment }) {
      const jar = await installedGenerator(cache);
      await generate(jar, {
        document,
        language: 'java',
        folder,
        options: 'hideGenerationTimestamp=true',
        library: 'native',
      });
      await copyFile(path.join(STORIES, 'java/Story.java'), path.join(folder, 'src/main/java/Story.java'));
      await fetched(mavenGoal(folder, `${CLASS_PATH_GOAL}:build-classpath`, '-Dmdep.outputFile=classpath'));
      await mavenGoal(folder, 'compile');
      return run('sh', ['-c', 'exec java -cp "target/classes:$(cat classpath)" Story'], folder, environment);
    },
  },
  {
    name: 'PHP',
    tools: ['php', 'java', 'mvn', ...(GUZZLE === undefined ? ['Guzzle (php-guzzlehttp-guzzle)'] : [])],
    async tell({ document, folder, cache, environment }) {
      const jar = await installedGenerator(cache);
      await generate(jar, { document, language: 'php', folder });
      const places = { GUZZLE_AUTOLOAD: GUZZLE ?? '', CLIENT_LIB: path.join(folder, 'lib') };
      return run('php', [path.join(STORIES, 'php/story.php')], folder, { ...environment, ...places });
    },
  },
  {
    name: 'C#',
    tools: ['dotnet', 'java', 'mvn'],
    async tell({ document, folder, cache, environment }) {
      const jar = await installedGenerator(cache);
      // of the oldest target's language, which every SDK compiles
      const options = 'packageName=Datacode,targetFramework=netstandard2.0,nullableReferenceTypes=false';
      await generate(jar, { document, language: 'csharp', folder, options, library: 'generichost' });
      for (const name of ['Story.cs', 'story.csproj']) {
        await copyFile(path.join(STORIES, 'csharp', name), path.join(folder, name));
      }
      return run('dotnet', [await builtByDotnet(folder, 'story')], folder, environment);
    },
  },
];

/** Pinned, so that no newer one is looked for. */
const CLASS_PATH_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

export function missingTools({ tools }: Language): string[] {
  return tools.filter((tool) => (tool === 'dotnet' ? !hasDotnetSdk() : !hasTool(tool)));
}
