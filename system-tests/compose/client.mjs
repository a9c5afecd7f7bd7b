// An MCP client before the gateway of run-compose.
//   client.mjs sign-in STATE   discovers, registers, signs in, calls a tool and writes its tokens to STATE
//   client.mjs use TOOL JSON      signs in anew to GATEWAY_SERVICE, calls this tool and prints its answer
//   client.mjs go-on STATE     refreshes with what is in STATE and calls the tool
//   client.mjs load STATE      calls the tool until it is told to stop (SIGTERM); exit 1 if a call failed
// GATEWAY_PORTS names the ports of the routers, GATEWAY_SERVICE the service (echo); NODE_EXTRA_CA_CERTS their authority.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import dns from 'node:dns';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { signIn } from '../clients/sign-in.mjs';

const [command, file, argumentsJson] = process.argv.slice(2);
const ports = process.env.GATEWAY_PORTS.split(',');
const service = `https://${process.env.GATEWAY_SERVICE ?? 'echo'}.gateway.test:${ports[0]}/mcp`;
const redirectUri = 'http://127.0.0.1:39123/callback';

// The names are known to nobody else.
const lookup = dns.lookup;
dns.lookup = (host, options, callback = options) => {
    if (host.endsWith('.test')) {
        const all = typeof options === 'object' && options.all;
        return process.nextTick(callback, null, all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4);
    }
    return lookup(host, options, callback);
};

switch (command) {
    case 'sign-in':
        await signInAndCall();
        break;
    case 'use':
        await use(file, JSON.parse(argumentsJson));
        break;
    case 'go-on':
        await goOn();
        break;
    case 'load':
        await load();
        break;
    default:
        throw new Error(`unknown command ${command}`);
}

async function signInAndCall() {
    const tokens = await signInAnew();
    save(tokens);
    for (const port of ports) {
        await callTool(port, tokens.access_token);
    }
    console.log(`signed in, and called a tool through ${ports.length} routers`);
}

async function use(name, args) {
    const { access_token } = await signInAnew();
    const { session } = await initialize(ports[0], access_token);
    const answer = await post(ports[0], access_token, { id: 2, method: 'tools/call', params: { name, arguments: args } }, session);
    console.log(message(answer.body).result.content.map(({ text }) => text).join('\n'));
}

async function signInAnew() {
    const refused = await fetch(service, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    assert.equal(refused.status, 401);
    const metadataUrl = refused.headers.get('www-authenticate').match(/resource_metadata="([^"]+)"/)[1];
    const resource = await json(metadataUrl);
    assert.equal(resource.resource, service);
    const [issuer] = resource.authorization_servers;
    const server = await json(`${issuer}/.well-known/oauth-authorization-server`);
    const { client_id } = await json(server.registration_endpoint, 201, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ client_name: 'compose test', redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
    });
    const verifier = randomBytes(32).toString('base64url');
    const authorize = new URL(server.authorization_endpoint);
    authorize.search = new URLSearchParams({
        response_type: 'code',
        client_id,
        redirect_uri: redirectUri,
        resource: service,
        state: 'state-1',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
    });
    const { redirect } = await signIn(authorize);
    const back = new URL(redirect).searchParams;
    assert.equal(back.get('state'), 'state-1', redirect);
    const tokens = await json(server.token_endpoint, 200, {
        method: 'POST',
        body: new URLSearchParams({
            grant_type: 'authorization_code',
            code: back.get('code'),
            redirect_uri: redirectUri,
            client_id,
            code_verifier: verifier,
            resource: service,
        }),
    });
    return { client_id, token_endpoint: server.token_endpoint, ...tokens };
}

async function goOn() {
    const { client_id, token_endpoint, refresh_token } = JSON.parse(readFileSync(file));
    const tokens = await json(token_endpoint, 200, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token, client_id }),
    });
    save({ client_id, token_endpoint, ...tokens });
    for (const port of ports) {
        await callTool(port, tokens.access_token);
    }
    console.log('the same client went on with its refresh token');
}

async function load() {
    const { access_token } = JSON.parse(readFileSync(file));
    let running = true;
    process.once('SIGTERM', () => (running = false));
    let calls = 0;
    const failures = [];
    await Promise.all(
        ports.flatMap((port) => [port, port]).map(async (port) => {
            const agent = new Agent({ keepAlive: true });
            while (running) {
                try {
                    await initialize(port, access_token, agent);
                    calls++;
                } catch (error) {
                    failures.push(`${new Date().toISOString()} port ${port}: ${error.message}`);
                }
                await setTimeout(10); // the services that start need the processor too
            }
            agent.destroy();
        }),
    );
    console.log(`${calls} calls, ${failures.length} failed`);
    failures.slice(0, 5).forEach((failure) => console.log(failure));
    assert.ok(calls > 100, 'too few calls to tell');
    assert.equal(failures.length, 0, 'calls failed');
}

/** The whole exchange of a session, through the router at this port. */
async function callTool(port, token) {
    const { session } = await initialize(port, token);
    const answer = await post(port, token, { id: 2, method: 'tools/call', params: { name: 'whoami', arguments: {} } }, session);
    const { result } = message(answer.body);
    const seen = JSON.parse(result.content[0].text);
    assert.deepEqual(seen.headers['X-User-Id'], ['4711']);
    assert.equal(seen.authorizationHeader, false);
}

async function initialize(port, token, agent) {
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'compose', version: '1' } };
    const answer = await post(port, token, { id: 1, method: 'initialize', params }, undefined, agent);
    assert.ok(message(answer.body).result.protocolVersion, answer.body);
    return { session: answer.headers['mcp-session-id'] };
}

/** Asks the router at this port for the service whose URL names the first one, as a balancer before them would. */
function post(port, token, rpc, session, agent) {
    const { hostname, host, pathname } = new URL(service);
    return new Promise((resolve, reject) => {
        const call = httpsRequest(
            {
                host: '127.0.0.1',
                port,
                servername: hostname,
                path: pathname,
                method: 'POST',
                agent,
                timeout: 20_000,
                headers: {
                    host,
                    authorization: `Bearer ${token}`,
                    'content-type': 'application/json',
                    accept: 'application/json, text/event-stream',
                    ...(session && { 'mcp-session-id': session, 'mcp-protocol-version': '2025-06-18' }),
                },
            },
            (response) => {
                let body = '';
                response.setEncoding('utf8');
                response.on('data', (chunk) => (body += chunk));
                response.on('error', reject);
                response.on('end', () =>
                    response.statusCode === 200
                        ? resolve({ headers: response.headers, body })
                        : reject(new Error(`${response.statusCode} ${body}`)),
                );
            },
        );
        call.on('timeout', () => call.destroy(new Error('no answer within 20 s')));
        call.on('error', reject);
        call.end(JSON.stringify({ jsonrpc: '2.0', ...rpc }));
    });
}

/** JSON, or the last event of a stream. */
function message(body) {
    const data = body.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim()).filter(Boolean);
    return JSON.parse(data.at(-1) ?? body);
}

async function json(url, status = 200, options = {}) {
    const response = await fetch(url, options);
    const body = await response.text();
    assert.equal(response.status, status, `${url}: ${body}`);
    return JSON.parse(body);
}

function save(state) {
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
}
