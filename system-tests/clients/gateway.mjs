// The quick start and an MCP server behind it, as processes.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './children.mjs';
import { freePort } from './ports.mjs';

const QUICK_START = fileURLToPath(new URL('../../ops/quickstart', import.meta.url));
const START_TIMEOUT_MILLIS = 60_000;

/**
 * Starts the gateway with an empty data folder, and behind it beside the demo server: server-everything, and
 * server-memory, which speaks stdio, with a bridge before it as in compose.examples.yaml.
 *
 * Where GATEWAY_COMMAND is set, that program is started in place of ops/quickstart, with the same arguments.
 *
 * @returns what the quick start says of itself (issuer, services, ca, https, http), `direct`, the servers' own addresses,
 *     and `stop()`, which fails where it does not end cleanly
 */
export async function startGateway(settings) {
    const data = await mkdtemp(path.join(tmpdir(), 'gateway-'));
    const everything = await startEverything();
    const memory = await startMemory(data);
    const command = process.env.GATEWAY_COMMAND || QUICK_START;
    const quickStart = Child.start(
        command,
        [
            ...['--json', '--port', '0', '--http-port', '0', '--data', data],
            ...['--service', `everything=${everything.url}`],
            ...['--service', `memory=${memory.url}`],
        ],
        { env: settings },
    );
    const stop = async () => {
        const end = await quickStart.stop();
        await everything.stop();
        await memory.stop();
        await rm(data, { recursive: true, force: true });
        if (end.code !== 0) {
            throw new Error(`${command} should end with 0 when it is told to; it ended with ${JSON.stringify(end)}`);
        }
    };
    try {
        const ready = await quickStart.line((line) => line.startsWith('{'), START_TIMEOUT_MILLIS);
        return { ...JSON.parse(ready), direct: { everything: everything.url }, stop };
    } catch (error) {
        await stop().catch(() => {}); // why it did not start says more than how it ended
        throw error;
    }
}

async function startEverything() {
    const port = await freePort(); // it takes a port, but does not tell which one it took where it is told 0
    const script = moduleFile('@modelcontextprotocol/server-everything/dist/index.js');
    return answering(port, Child.start(process.execPath, [script, 'streamableHttp'], { env: { PORT: `${port}` } }));
}

async function startMemory(folder) {
    const port = await freePort();
    const server = `"${process.execPath}" "${moduleFile('@modelcontextprotocol/server-memory/dist/index.js')}"`;
    const bridge = [
        moduleFile('supergateway/dist/index.js'),
        ...['--stdio', server, '--outputTransport', 'streamableHttp', '--stateful', '--port', `${port}`, '--logLevel', 'none'],
    ];
    const env = { MEMORY_FILE_PATH: path.join(folder, 'memory.json') };
    return answering(port, Child.start(process.execPath, bridge, { env }));
}

async function answering(port, server) {
    const url = `http://127.0.0.1:${port}/mcp`;
    const deadline = Date.now() + START_TIMEOUT_MILLIS;
    while (!(await answers(url))) {
        if (Date.now() > deadline) {
            await server.stop();
            throw new Error(`${server.name} did not answer at ${url}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { url, stop: () => server.stop() };
}

function moduleFile(name) {
    return fileURLToPath(new URL(`node_modules/${name}`, import.meta.url));
}

async function answers(url) {
    try {
        await fetch(url, { signal: AbortSignal.timeout(1000) });
        return true;
    } catch {
        return false; // it is not listening yet
    }
}
