// mcp-remote as a client of the gateway: a process that speaks MCP on stdio and signs in through a browser.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { SERVERS, expiry, followProgress, gateway, revoke, statusWith, textOf, until } from './environment.mjs';
import { freePort } from './ports.mjs';
import { signIn } from './sign-in.mjs';

const MCP_REMOTE = createRequire(import.meta.url).resolve('mcp-remote/dist/proxy.js');
const opened = [];
after(() => Promise.all(opened.map((remote) => remote.close())));

for (const { service, echo, long } of SERVERS) {
    const url = gateway.services[service];

    test(`mcp-remote signs in to ${service}, remembers, refreshes, and asks again when revoked`, async () => {
        const store = await Store.create();

        // mcp-remote refreshes within a minute of expiry, so here before nearly every request, and gives up after 20
        // refreshes in 30 s: few requests per run.
        const first = Remote.start(url, store);
        await first.signIn();
        await first.connected();
        assert.ok((await first.client.listTools()).tools.some((tool) => tool.name === echo.call.name));
        assert.equal(textOf(await first.client.callTool(echo.call)), echo.answer);
        await first.close();

        const second = Remote.start(url, store);
        await second.connected();
        await followProgress((options) => second.client.callTool(long, undefined, options));
        const before = await store.tokens();
        await until('the access token has expired', () => Date.now() > expiry(before.access_token));
        assert.equal(textOf(await second.client.callTool(echo.call)), echo.answer);
        const refreshed = await store.tokens();
        assert.notEqual(refreshed.refresh_token, before.refresh_token);
        assert.deepEqual(second.authorizationUrls, [], 'the second run needs no user');

        await second.close();
        const last = await store.tokens();
        await revoke(last.refresh_token, await store.client());
        assert.equal(await statusWith(last.access_token, url), 401, 'the access token ends with its grant');

        const third = Remote.start(url, store);
        await until('mcp-remote asks for a new sign-in', () => third.authorizationUrls.length > 0);
        assert.equal(third.isConnected, false, 'a revoked client gets nothing through');
        await third.signIn();
        await third.connected();
        assert.equal(textOf(await third.client.callTool(echo.call)), echo.answer);
        await third.close();
    });
}

/** Where mcp-remote keeps what it knows. */
class Store {
    static async create() {
        const folder = await mkdtemp(path.join(tmpdir(), 'mcp-remote-'));
        after(() => rm(folder, { recursive: true, force: true }));
        return new Store(folder, await freePort());
    }

    /**
     * @param port where a browser returns to; the one that mcp-remote chooses itself may be taken, and a run that then
     *     chooses another registers a client that the next run does not look for
     */
    constructor(folder, port) {
        this.folder = folder;
        this.port = port;
    }

    tokens() {
        return this.#read('_tokens.json');
    }

    client() {
        return this.#read('_client_info.json');
    }

    async #read(suffix) {
        const files = (await readdir(this.folder, { recursive: true })).filter((file) => file.endsWith(suffix));
        assert.equal(files.length, 1, `one file ${suffix} in ${files}`);
        return JSON.parse(await readFile(path.join(this.folder, files[0]), 'utf8'));
    }
}

/** One run of mcp-remote, with an MCP client on its stdio. */
class Remote {
    /** Where it wanted to send a browser. */
    authorizationUrls = [];
    isConnected = false;
    #log = '';
    #connecting;

    static start(url, store) {
        const remote = new Remote(url, store);
        opened.push(remote);
        return remote;
    }

    constructor(url, store) {
        const transport = new StdioClientTransport({
            command: process.execPath,
            args: [MCP_REMOTE, url, `${store.port}`],
            env: {
                MCP_REMOTE_CONFIG_DIR: store.folder,
                NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS,
                BROWSER: 'true', // the program of that name, which succeeds and opens nothing
            },
            stderr: 'pipe',
        });
        transport.stderr.setEncoding('utf8').on('data', (chunk) => this.#read(chunk));
        this.client = new Client({ name: 'system-test', version: '1' });
        this.#connecting = this.client.connect(transport).then(() => (this.isConnected = true));
        this.#connecting.catch(() => {}); // connected() tells
    }

    /** Does what the user would do in the browser that mcp-remote opens. */
    async signIn() {
        await until('mcp-remote asks for a sign-in', () => this.authorizationUrls.length > 0).catch((error) =>
            this.#explain(error),
        );
        const { redirect } = await signIn(this.authorizationUrls[0]);
        let response;
        await until('mcp-remote listens for the answer', async () => {
            response = await fetch(redirect).catch(() => undefined); // it asks first, and listens a moment later
            return response !== undefined;
        }).catch((error) => this.#explain(error));
        assert.equal(response.status, 200, await response.text());
    }

    connected() {
        return this.#connecting.catch((error) => this.#explain(error));
    }

    close() {
        return this.client.close();
    }

    #read(chunk) {
        this.#log += chunk;
        this.authorizationUrls = [...this.#log.matchAll(/authorize this client by visiting:\s+(https:\S+)\s/g)].map(
            ([, url]) => url,
        );
    }

    #explain(error) {
        throw new Error(`${error.message}; mcp-remote said:\n${this.#log}`, { cause: error });
    }
}
