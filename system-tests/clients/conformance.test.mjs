// The official conformance suite of MCP, its scenarios for authorization servers.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { runSuite, verdictsIn } from './conformance-suite.mjs';
import { gateway } from './environment.mjs';
import { freePort } from './ports.mjs';
import { signIn } from './sign-in.mjs';

test('the scenarios for authorization servers pass', async () => {
    const port = await freePort();
    const client = await register(`http://127.0.0.1:${port}/callback`);
    const results = await mkdtemp(path.join(tmpdir(), 'conformance-'));
    try {
        const { code, output } = await run(client, port, results);

        assert.deepEqual(await verdictsIn(results), [
            'authorization-code-grant SUCCESS',
            'authorization-server-metadata SUCCESS',
            'authorization-server-metadata-cimd SUCCESS',
        ]);
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
    let signingIn;
    const args = [
        ...['authorization', '--url', gateway.issuer, '--client-id', client_id, '--port', `${port}`],
        ...['--resource', gateway.services.echo, '--output-dir', results],
    ];
    return runSuite(args, (output, stop) => {
        const url = output.match(/^https:\S+\/authorize\?\S+$/m);
        if (url && /Callback server started/.test(output)) {
            signingIn ??= signIn(url[0])
                .then(({ redirect }) => fetch(redirect))
                .catch((error) => {
                    console.error(error);
                    stop();
                });
        }
    });
}
