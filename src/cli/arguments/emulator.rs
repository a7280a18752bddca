//! What may be said of an emulator.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use url::Url;

use super::InputArguments;
use crate::emulator::{
    ClockOffset, Conditions, Control, CustomClaim, Fault, HostName, Latency,
    RateLimit, Reach,
};

const DEFAULT_PORT: u16 = 4600;

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Emulator {
    /// Where to listen: a port of this machine, or an address and a port; port
    /// 0 takes any free port.
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:4600",
        value_parser = parse_address
    )]
    pub(crate) listen: SocketAddr,
    /// Listen at an address that others reach too, such as `0.0.0.0:4600`
    /// in a container. Nothing is guarded: whoever reaches it may do
    /// everything with the tenant.
    #[arg(long)]
    allow_remote: bool,
    /// A name under which it is reached, such as that of a service of compose;
    /// may be given several times. The first is in the printed variables; the
    /// issuer of a token is the name that its request was sent to. Whoever asks
    /// for another host than these, and those of this machine, is refused.
    #[arg(long = "host", value_name = "NAME[:PORT]")]
    pub(crate) hosts: Vec<HostName>,
    /// Serve https, with a certificate authority of its own, which
    /// the printed variables make Go, Node, Python and Grantry trust,
    /// and which `--state` keeps.
    #[arg(long)]
    pub(crate) tls: bool,
    /// Fill the tenant from a configuration first.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) inputs: InputArguments,
    /// Keep the tenant in this file, of at most 512 MiB, from one run to the
    /// next; one emulator at a time. What was changed is written within about
    /// half a second, in a large tenant within ten times as long as a writing
    /// takes, but after at most 10 seconds: so much may be lost where it is
    /// killed, and nothing where it is told to stop.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// Put its clock forward or back, such as `+2h`, `-30m`, `+90s` or `+7d`:
    /// by it tokens, credentials and quotas begin and end. Rate limits and
    /// delays take real time.
    #[arg(
        long,
        value_name = "OFFSET",
        default_value = "+0s",
        allow_hyphen_values = true
    )]
    pub(crate) clock: ClockOffset,
    /// Add a claim to every access token, as an Action of the tenant would; may
    /// be given several times. The value is JSON, or else a text. What Auth0
    /// lets no Action set, such as `sub` and `roles`, is refused.
    #[arg(long = "custom-claim", value_name = "NAME=VALUE")]
    pub(crate) custom_claims: Vec<CustomClaim>,
    /// Serve what test suites need, under `/grantry` and without a token: `POST
    /// /grantry/reset` goes back to the tenant, the clock and the conditions of
    /// the start, with an empty log, and keeps the signing keys; `GET
    /// /grantry/requests` lists what was asked, in order and without secrets,
    /// and `DELETE` forgets it; `POST /grantry/clock` with `{"offset": "+2h"}`
    /// puts the clock.
    #[arg(long)]
    control: bool,
    /// Answer no more than a plan of Auth0 does: `none`, `free`, `essentials`,
    /// `enterprise`, or `BURST/PER_SECOND` such as `10/2`.
    #[arg(long, value_name = "LIMIT", default_value = "none")]
    rate_limit: RateLimit,
    /// How long answers take: `none`, `recorded` (as seen of Auth0), or a
    /// duration such as `250ms`.
    #[arg(long, value_name = "LATENCY", default_value = "none")]
    latency: Latency,
    /// Start nothing, and say whether an emulator serves at this port, address
    /// or URL: ends with 0 if it does, with its tenant filled, and else with 1.
    /// Of this machine no certificate is asked.
    #[arg(
        long,
        value_name = "ADDRESS",
        num_args = 0..=1,
        default_missing_value = "4600",
        value_parser = parse_service,
        conflicts_with_all = [
            "listen",
            "allow_remote",
            "hosts",
            "tls",
            "config",
            "InputArguments",
            "VariableArguments",
            "state",
            "clock",
            "custom_claims",
            "control",
            "rate_limit",
            "latency",
            "faults",
        ],
    )]
    pub(crate) check_health: Option<Url>,
    /// What goes wrong, as described below; may be given several times.
    #[arg(long = "fault", value_name = "SPEC")]
    faults: Vec<Fault>,
}

/// A port of this machine, or an address with its port.
fn parse_address(text: &str) -> Result<SocketAddr, String> {
    let port = text
        .strip_prefix("localhost:")
        .unwrap_or(text);
    if let Ok(port) = port.parse() {
        return Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    }

    text.parse()
        .map_err(|_| correct_address(text))
}

fn correct_address(text: &str) -> String {
    let bare = text
        .trim_start_matches('[')
        .trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        let whole = SocketAddr::from((address, DEFAULT_PORT));
        return format!("write the address and the port, as in `{whole}`");
    }

    let last = text
        .rsplit(':')
        .next()
        .unwrap_or_default();
    let port: u16 = last.parse().unwrap_or(DEFAULT_PORT);
    format!(
        "write a port, or an address and a port, as in `127.0.0.1:{port}`; \
         names are said with `--host`"
    )
}

/// Where an emulator serves: what `--listen` takes, also with a name for an
/// address, or a URL.
fn parse_service(text: &str) -> Result<Url, String> {
    let url = match text.parse::<u16>() {
        Ok(port) => format!("http://127.0.0.1:{port}"),
        Err(_) if text.contains("://") => text.to_owned(),
        // Of a name alone nobody knows the port.
        Err(_) if text.contains(':') => format!("http://{text}"),
        Err(_) => return Err(SERVICE.to_owned()),
    };

    url.parse()
        .ok()
        .filter(|url: &Url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| SERVICE.to_owned())
}

const SERVICE: &str = "\
    write a port, a name or an address and a port, or a URL, as in \
    `127.0.0.1:4600` or `https://localhost:4600`";

impl Emulator {
    /// Who may reach it.
    pub(crate) fn reach(&self) -> Reach {
        if self.allow_remote {
            Reach::Network
        } else {
            Reach::ThisMachine
        }
    }

    /// Whether it is controlled over HTTP.
    pub(crate) fn control(&self) -> Control {
        if self.control {
            Control::On
        } else {
            Control::Off
        }
    }

    /// What stands between callers and the tenant.
    pub(crate) fn conditions(&self) -> Conditions {
        Conditions {
            rate_limit: self.rate_limit,
            latency: self.latency,
            faults: self.faults.clone(),
        }
    }
}

/// How to say what goes wrong, and what is said of it.
const AFTER_HELP: &str = "\
Faults: TARGET:KIND[:OPTION,…], as in `POST /clients:commit-then-500:nth=3`
  TARGET  `*`, or a method and a path below /api/v2, each of which may be `*`;
          an id may be `*` too
  KIND    before the deed: a status such as `500` or `429`, `reset` (no
          answer), `slow=30s`
          after the deed: `commit-then-429` or another status,
          `commit-then-reset`, `truncate` (half of the body), `twice` (a proxy
          on the way sends the request again)
          of a listing with a total: `short-page` (one object is missing)
          of a search: `lag=5s` (it knows what was there so long ago)
  OPTION  `nth=3` (only the third that matches), `every=3`, `p=0.05` with
          `seed=7` (a share of them, the same in every run), `retry-after=1`
          (with a status)
The first fault that applies to a request happens.

On stderr, with the time, is a line for each request that was refused: its
status, the client that asked, and the reason. With `-v` there is one for each
that changed something or got a token too, with `-vv` for every request. No
secret and no token is in it.";
