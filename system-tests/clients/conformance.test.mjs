// The official conformance suite of MCP, its scenarios for authorization servers. It needs a newer Node than the other
// tests, which comes with the packages.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { gateway } from './environment.mjs';
import { freePort } from './ports.mjs';
import { signIn } from './sign-in.mjs';

const require = createRequire(import.meta.url);
const NODE = Number.parseInt(process.versions.node, 10) >= 22 ? process.execPath : require.resolve('node/bin/node');
const SUITE = path.join(path.dirname(require.resolve('@modelcontextprotocol/conformance/package.json')), 'dist/index.js');

test('the scenarios for authorization servers pass', async () => {
    const port = await freePort();
    const client = await register(`http://127.0.0.1:${port}/callback`);
    const results = await mkdtemp(path.join(tmpdir(), 'conformance-'));
    try {
        const { code, output } = await run(client, port, results);

        const checks = await checksIn(results);
        assert.deepEqual(
            checks.map(({ id, status }) => `${id} ${status}`).sort(),
            [
                'authorization-code-grant SUCCESS',
                'authorization-server-metadata SUCCESS',
                'authorization-server-metadata-cimd SUCCESS',
            ],
            JSON.stringify(checks),
        );
        assert.equal(code, 0, output);
    } finally {
        await rm(results, { recursive: true, force: true });
    }
});

/** Without a secret: where a server admits such clients, the suite sends none even if it has one. */
async function register(redirectUri) {
    const response = await fetch(`${gateway.issuer}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
    });
    assert.equal(response.status, 201);
    return response.json();
}

/** Runs the suite, and signs in where it asks a person to. */
function run({ client_id }, port, results) {
    const suite = spawn(
        NODE,
        [
            ...[SUITE, 'authorization', '--url', gateway.issuer, '--client-id', client_id, '--port', `${port}`],
            ...['--resource', gateway.services.echo, '--output-dir', results],
        ],
        { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    process.once('exit', () => suite.kill());
    let output = '';
    let signingIn;
    const read = (chunk) => {
        output += chunk;
        const url = output.match(/^https:\S+\/authorize\?\S+$/m);
        if (url && /Callback server started/.test(output)) {
            signingIn ??= signIn(url[0])
                .then(({ redirect }) => fetch(redirect))
                .catch((error) => {
                    output += error.stack;
                    suite.kill();
                });
        }
    };
    suite.stdout.on('data', read);
    suite.stderr.on('data', read);
    return new Promise((resolve) => suite.once('close', (code) => resolve({ code, output })));
}

async function checksIn(folder) {
    const scenarios = await readdir(folder);
    const files = scenarios.map((scenario) => readFile(path.join(folder, scenario, 'checks.json'), 'utf8'));
    return (await Promise.all(files)).flatMap((text) => JSON.parse(text));
}
