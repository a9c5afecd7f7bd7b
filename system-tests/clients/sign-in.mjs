// A user without a browser: opens the authorization URL, reads the pages, decides, signs in.

import { readForms, readRefresh, text } from './html.mjs';

const MAX_STEPS = 10;
const STEP_TIMEOUT_MILLIS = 10_000;
const DECISIONS = { allow: /allow|approve|accept|authori[sz]e|connect/i, deny: /deny|refuse|reject|cancel/i };

/**
 * Signs in and decides.
 *
 * @param authorizationUrl what the client wants opened in a browser
 * @param redirectUri where the answer goes; for a pushed request, whose URL does not say it
 * @returns `{ redirect, pages }`: where the gateway sends the browser in the end, a URL of the client that was not
 *     requested yet, and the text of each page that was seen on the way
 */
export async function signIn(
    authorizationUrl,
    {
        username = 'alice',
        decision = 'allow',
        redirectUri = new URL(authorizationUrl).searchParams.get('redirect_uri'),
    } = {},
) {
    const isRedirect = (url) => url.split('?')[0] === redirectUri.split('?')[0];
    const cookies = new CookieJar();
    const pages = [];
    let request = { url: String(authorizationUrl), method: 'GET' };
    for (let step = 0; step < MAX_STEPS; step++) {
        const response = await fetch(request.url, {
            method: request.method,
            body: request.body,
            headers: {
                accept: 'text/html',
                ...(request.method === 'POST' && { origin: new URL(request.from).origin }),
                ...cookies.header(request.url),
            },
            redirect: 'manual',
            signal: AbortSignal.timeout(STEP_TIMEOUT_MILLIS),
        });
        cookies.read(response);
        const body = await response.text();
        const next = follow(response, request, body) ?? answer(body, request.url, { username, decision });
        if (!next) {
            throw new Error(`${request.method} ${request.url} answered ${response.status}: ${text(body)}`);
        }
        if (response.status === 200) {
            pages.push(text(body));
        }
        if (isRedirect(next.url)) {
            return { redirect: next.url, pages };
        }
        request = { ...next, from: request.url };
    }
    throw new Error(`no answer for the client after ${MAX_STEPS} pages; the last was at ${request.url}`);

    function follow(response, { url, method }, body) {
        const location = response.headers.get('location');
        if ([302, 303].includes(response.status) && location) {
            return { url: new URL(location, url).href, method: 'GET' };
        }
        if (response.status === 200) {
            const target = readRefresh(body);
            return target && { url: new URL(target, url).href, method: 'GET' };
        }
        return undefined;
    }
}

/** Fills in the form of a page: the name where it asks for one, else the button of the decision. */
function answer(html, url, { username, decision }) {
    for (const form of readForms(html)) {
        const name = form.fields.find((field) => field.type === 'text' && field.name === 'username');
        const button = form.buttons.find(({ name = '', value = '', text }) =>
            DECISIONS[decision].test(`${name} ${value} ${text}`),
        );
        if (!name && !button) {
            continue;
        }
        const parameters = new URLSearchParams();
        for (const field of form.fields.filter((each) => each.name)) {
            parameters.append(field.name, field === name ? username : field.value);
        }
        if (!name && button.name) {
            parameters.append(button.name, button.value ?? '');
        }
        const action = new URL(form.action, url).href;
        return form.method === 'POST'
            ? { url: action, method: 'POST', body: parameters }
            : { url: `${action.split('?')[0]}?${parameters}`, method: 'GET' };
    }
    return undefined;
}

/** The cookies of one browser. Names with __Host- are held to what browsers demand of them. */
class CookieJar {
    #cookies = new Map();

    read(response) {
        for (const line of response.headers.getSetCookie()) {
            const [pair, ...attributes] = line.split(';').map((part) => part.trim());
            const name = pair.slice(0, pair.indexOf('='));
            const lower = attributes.map((attribute) => attribute.toLowerCase());
            const wellFormed =
                lower.includes('secure') && lower.includes('path=/') && !lower.some((each) => each.startsWith('domain='));
            if (name.startsWith('__Host-') && !wellFormed) {
                throw new Error(`a browser refuses the cookie ${name}: ${attributes.join('; ')}`);
            }
            const key = `${new URL(response.url).host} ${name}`;
            if (lower.some((each) => /^max-age=(0|-.*)$/.test(each) || /^expires=.* 1970 /.test(each))) {
                this.#cookies.delete(key);
            } else {
                this.#cookies.set(key, pair);
            }
        }
    }

    header(url) {
        const { host } = new URL(url);
        const pairs = [...this.#cookies].filter(([key]) => key.startsWith(`${host} `)).map(([, pair]) => pair);
        return pairs.length > 0 ? { cookie: pairs.join('; ') } : {};
    }
}
