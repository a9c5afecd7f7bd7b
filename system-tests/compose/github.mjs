// GitHub as far as a sign-in goes, over HTTPS: whoever comes is alice. Usage: github.mjs PORT KEY CERTIFICATE

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [port, key, cert] = process.argv.slice(2);
const codes = new Set();
const tokens = new Set();

const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, async (request, response) => {
    const url = new URL(request.url, 'https://github.test');
    switch (`${request.method} ${url.pathname}`) {
        case 'GET /login/oauth/authorize': {
            const back = new URL(url.searchParams.get('redirect_uri'));
            back.searchParams.set('code', remember(codes));
            back.searchParams.set('state', url.searchParams.get('state'));
            response.writeHead(302, { location: back.href }).end();
            return;
        }
        case 'POST /login/oauth/access_token': {
            const form = new URLSearchParams(await text(request));
            const good = form.get('client_secret') === 'github-secret' && codes.delete(form.get('code'));
            answer(response, good ? { access_token: remember(tokens), token_type: 'bearer', scope: '' } : { error: 'bad_verification_code' });
            return;
        }
        case 'GET /api/v3/user': {
            const token = (request.headers.authorization ?? '').replace('Bearer ', '');
            answer(response, tokens.has(token) ? { id: 4711, login: 'alice' } : { message: 'Bad credentials' }, tokens.has(token) ? 200 : 401);
            return;
        }
        default:
            response.writeHead(404).end();
    }
});
server.listen(Number(port), '0.0.0.0', () => console.log('listening'));

function remember(known) {
    const value = randomBytes(16).toString('hex');
    known.add(value);
    return value;
}

function answer(response, body, status = 200) {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function text(request) {
    let whole = '';
    for await (const chunk of request) {
        whole += chunk;
    }
    return whole;
}
