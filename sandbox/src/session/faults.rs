//! Breaking the services around the host, and making them whole.

use super::{Session, parse::DiscordLine};
use crate::{
    discord::{RestFault, Span},
    outside::OutsideFault,
    tvdb::Fault,
};

/// What to know once the key is good again. The host's minute is not ours to measure.
const KEY_REFUSED: &str =
    "A bot whose key was refused asks again after a minute: `advance 61s` moves time there.";

impl Session {
    pub(super) fn break_tvdb(&self, fault: Option<Fault>) -> String {
        let before = self.tvdb.fault();
        self.tvdb.set_fault(fault);
        match fault {
            None if before == Some(Fault::WrongKey) => format!("TheTVDB works. {KEY_REFUSED}"),
            None => "TheTVDB works.".to_owned(),
            Some(Fault::Down) => "TheTVDB is down.".to_owned(),
            Some(Fault::Reset) => "TheTVDB drops every connection.".to_owned(),
            Some(Fault::Slow(late)) => {
                format!("TheTVDB answers {} late.", super::time::duration(late))
            }
            Some(Fault::TooManyRequests { .. }) => "TheTVDB says 429.".to_owned(),
            Some(Fault::ServerError) => "TheTVDB says 500.".to_owned(),
            Some(Fault::Html) => "TheTVDB answers with a web page.".to_owned(),
            Some(Fault::CutShort) => "TheTVDB breaks off its answers.".to_owned(),
            Some(Fault::WrongKey) => "TheTVDB refuses the key.".to_owned(),
            Some(Fault::NullLists) => "TheTVDB sends `null` for every list.".to_owned(),
        }
    }

    pub(super) fn expire_tvdb_tokens(&self) -> String {
        self.tvdb.expire_tokens();
        "The token of TheTVDB is not good any more.".to_owned()
    }

    pub(super) fn break_outside(&self, fault: Option<OutsideFault>) -> String {
        self.outside.set_fault(fault);
        match fault {
            None => "The outside world works.".to_owned(),
            Some(OutsideFault::Down) => "The outside world is down.".to_owned(),
            Some(OutsideFault::Slow(late)) => {
                format!("The outside world answers {} late.", super::time::duration(late))
            }
            Some(OutsideFault::ServerError) => "The outside world says 500.".to_owned(),
            Some(OutsideFault::Huge) => "The outside world sends far too much.".to_owned(),
        }
    }

    pub(super) fn break_discord(&self, what: DiscordLine) -> String {
        let faults = self.discord.faults();
        let is_lasting =
            !matches!(what, DiscordLine::Drop | DiscordLine::Reconnect | DiscordLine::Invalidate);
        if is_lasting {
            // What is typed last holds, alone.
            faults.clear();
        }
        match what {
            DiscordLine::Ok => "Discord works.".to_owned(),
            DiscordLine::Drop => {
                self.discord.drop_connections();
                "The gateway's connections are broken.".to_owned()
            }
            DiscordLine::Reconnect => {
                self.discord.ask_reconnect();
                "Discord asked the bot to reconnect.".to_owned()
            }
            DiscordLine::Invalidate => {
                self.discord.invalidate_sessions(false);
                "The bot's session is not valid any more.".to_owned()
            }
            DiscordLine::Down => {
                faults.rest(RestFault::Down, Span::UntilCleared);
                "Discord's REST is down.".to_owned()
            }
            DiscordLine::Slow(late) => {
                faults.rest(RestFault::Slow(late), Span::UntilCleared);
                format!("Discord answers {} late.", super::time::duration(late))
            }
            DiscordLine::Errors(None) => {
                faults.rest(RestFault::Status(500), Span::UntilCleared);
                "Discord says 500.".to_owned()
            }
            DiscordLine::Errors(Some(times)) => {
                faults.rest(RestFault::Status(500), Span::Requests(times));
                let many = super::listing::plural(times as usize);
                format!("Discord says 500 to the next {times} request{many}.")
            }
            DiscordLine::Limited(span) => {
                faults.rest(RestFault::GlobalLimit(span), Span::Requests(1));
                let span = super::time::duration(span);
                format!("Discord limits the bot for {span}, but for answers to people.")
            }
        }
    }
}
