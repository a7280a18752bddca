// Gift Deliveries: finds out from World Mappers where presents have to go.
import { fail, required } from "./settings.mjs";

const presents = ["Pariser Platz 1, Berlin", "10 Downing Street, London"];

/** An answer, if there is one soon; or an error that says what is missing without it. */
function ask(url, options, otherwise) {
  const signal = AbortSignal.timeout(10_000);
  return fetch(url, { ...options, signal }).catch((cause) => {
    throw new Error(otherwise, { cause });
  });
}

// A token is not used for so long before it expires: it has to live until the API has checked it.
const margin = 60_000;

/** Access tokens by client credentials, each kept until it expires. */
class Tokens {
  #endpoint;
  #request;
  #token;
  #until = 0;
  #fetching;

  constructor(endpoint, request) {
    this.#endpoint = endpoint;
    this.#request = request;
  }

  /** The token that is kept, or a new one. Whoever else needs one meanwhile waits for it. */
  async get() {
    if (Date.now() >= this.#until) {
      this.#fetching ??= this.#fetch().finally(() => (this.#fetching = undefined));
      await this.#fetching;
    }
    return this.#token;
  }

  /** An API refused this token: it is not used again. */
  forget(token) {
    // Somebody else may have got a new one already.
    if (token === this.#token) this.#until = 0;
  }

  async #fetch() {
    const asked = Date.now();
    const options = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(this.#request),
      // The secret goes to the endpoint alone, and not where it might send us.
      redirect: "error",
    };
    const answer = await ask(this.#endpoint, options, "no token could be had");
    if (!answer.ok) {
      throw new Error(`the token endpoint answered ${answer.status}: ${await answer.text()}`);
    }
    const { access_token, expires_in = 0 } = await answer.json();
    this.#token = access_token;
    this.#until = asked + expires_in * 1000 - margin;
  }
}

class WorldMappers {
  #url;
  #tokens;

  constructor(url, tokens) {
    this.#url = url;
    this.#tokens = tokens;
  }

  async geocode(address) {
    let token = await this.#tokens.get();
    let answer = await this.#ask(address, token);
    // It may have been revoked, or signed with a key that is gone. A new one is tried, once.
    if (answer.status === 401) {
      this.#tokens.forget(token);
      token = await this.#tokens.get();
      answer = await this.#ask(address, token);
    }
    if (answer.ok) return answer.json();
    const why = answer.headers.get("www-authenticate") ?? "it does not say why";
    throw new Error(`the API answered ${answer.status}: ${why}`);
  }

  #ask(address, token) {
    const headers = { authorization: `Bearer ${token}` };
    return ask(`${this.#url}?${new URLSearchParams({ address })}`, { headers }, "the API gave no answer");
  }
}

try {
  const settings = required("CLIENT_ID", "CLIENT_SECRET", "TOKEN_ENDPOINT", "AUDIENCE", "API_URL");
  const tokens = new Tokens(settings.TOKEN_ENDPOINT, {
    grant_type: "client_credentials",
    client_id: settings.CLIENT_ID,
    client_secret: settings.CLIENT_SECRET,
    audience: settings.AUDIENCE,
    scope: process.env.SCOPE || undefined,
  });
  const url = `${settings.API_URL.replace(/\/+$/, "")}/api/location/geocode`;
  const worldMappers = new WorldMappers(url, tokens);
  for (const address of presents) {
    const { latitude, longitude } = await worldMappers.geocode(address);
    console.log(`${address}: ${latitude}, ${longitude}`);
  }
} catch (error) {
  fail("gift-deliveries", error);
}
