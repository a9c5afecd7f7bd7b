// Starts the gateway, then the tests against it, and ends with their exit code.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startGateway } from './gateway.mjs';

/** Tokens expire while the tests watch. */
const SETTINGS = { ACCESS_TOKEN_LIFETIME: '5s', CLOCK_SKEW: '0s' };
const FILES = [
    'tool-rules.test.mjs',
    'conformance.test.mjs',
    'server-conformance.test.mjs',
    'oauth4webapi.test.mjs',
    'client.test.mjs',
    'sdk.test.mjs',
    'mcp-remote.test.mjs',
];

const began = Date.now();
const { stop, ...gateway } = await startGateway(SETTINGS);
let code;
try {
    code = await test(gateway);
} finally {
    await stop();
}
console.log(`clients: ${code === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - began) / 1000).toFixed(1)} s`);
process.exitCode = code;

/** In a process of its own, because Node reads NODE_EXTRA_CA_CERTS only when it starts. */
function test(gateway) {
    const tests = spawn(process.execPath, ['--test', '--test-reporter=spec', ...FILES], {
        cwd: fileURLToPath(new URL('.', import.meta.url)),
        env: { ...process.env, GATEWAY: JSON.stringify(gateway), NODE_EXTRA_CA_CERTS: gateway.ca },
        stdio: ['ignore', 'inherit', 'inherit'],
    });
    process.once('exit', () => tests.kill());
    return new Promise((resolve) => tests.once('close', (code) => resolve(code ?? 1)));
}
