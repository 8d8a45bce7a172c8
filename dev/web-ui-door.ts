import { loadConfig } from '../config';
import { runPart, type Part } from '../runtime/process';
import { openUiDoor } from './temporal/ui-door';

/** The Web UI’s name in the compose file, and the port of its image. */
const WEB_UI = { host: 'temporal-ui', port: 8080 };

/**
 * The door before a Web UI in another container: `node --require ./runtime/typescript.cjs dev/web-ui-door.ts [host:port]`. It listens for the
 * container’s published port, which the compose file publishes on loopback only.
 */
runPart(async (): Promise<Part> => {
  const { TEMPORAL_UI_PORT } = loadConfig();
  const door = await openUiDoor({ host: '0.0.0.0', port: TEMPORAL_UI_PORT }, addressOf(process.argv[2]));
  return { stop: () => door.stop(), details: { port: door.port } };
});

function addressOf(text: string | undefined): typeof WEB_UI {
  if (text === undefined) return WEB_UI;
  const { hostname, port } = new URL(`http://${text}`);
  return { host: hostname, port: Number(port || 80) };
}
