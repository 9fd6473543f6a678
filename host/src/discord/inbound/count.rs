//! Counts what users do, before anything is done for them: what is refused counts as well.

use super::{AUTOCOMPLETE, Arrived, COMPONENT, MODAL};
use crate::{
    discord::{Shared, convert, custom_id::CustomId, declare, privacy, sudo},
    rate_limit::Counted,
};
use lumina_plugin_api::{
    command::{Command, Limit},
    error::Error,
};
use std::ptr;

/// The name under which commands are counted that nobody serves.
const UNKNOWN: &str = "unknown command";

impl Shared {
    /// Counts one interaction by what is used and who uses it, against the limits.
    pub(super) fn admit_use(&self, arrived: &Arrived<'_>) -> Result<(), Error> {
        match arrived.head.kind {
            COMPONENT | MODAL => self.count_press(arrived),
            AUTOCOMPLETE => self.count_suggestions(arrived),
            _ => self.count_command(arrived),
        }
    }

    fn count_press(&self, arrived: &Arrived<'_>) -> Result<(), Error> {
        let data = arrived.head.data.as_ref();
        let text = data.and_then(|data| data.custom_id.as_deref()).unwrap_or_default();
        let registry = self.plugins.registry();
        // Names that are crafted would each have a window of their own.
        let named = CustomId::parse(text).ok().and_then(|id| registry.plugin(id.plugin));
        let plugin = named.map_or(privacy::HOST, |plugin| plugin.name());
        self.limits.press(plugin, arrived.at.user.id)
    }

    fn count_suggestions(&self, arrived: &Arrived<'_>) -> Result<(), Error> {
        let user = arrived.at.user.id;
        if sudo::is_meant(arrived.head) {
            return self.limits.autocomplete(privacy::HOST, sudo::NAME, user);
        }
        match self.find_command(arrived) {
            Ok(found) => self.limits.autocomplete(found.plugin.name(), &found.command().name, user),
            Err(_) => self.limits.autocomplete(privacy::HOST, UNKNOWN, user),
        }
    }

    fn count_command(&self, arrived: &Arrived<'_>) -> Result<(), Error> {
        let (head, user) = (arrived.head, arrived.at.user.id);
        if sudo::is_meant(head) {
            // Owners may do as they like.
            let is_owner = self.owners.knows(user);
            let limit = if is_owner { Limit::Unlimited } else { Limit::Default };
            return self.limits.command(privacy::HOST, Counted::command(sudo::NAME), &limit, user);
        }
        if privacy::is_meant(head) {
            return self.limits.command(
                privacy::HOST,
                Counted::command(privacy::NAME),
                &privacy::LIMIT,
                user,
            );
        }
        let Ok(found) = self.find_command(arrived) else {
            return self.limits.command(
                privacy::HOST,
                Counted::command(UNKNOWN),
                &Limit::Default,
                user,
            );
        };
        let options = head.data.as_ref().and_then(|data| data.options);
        let path = convert::path(options).map(|came| came.path).unwrap_or_default();
        let (counted, limit) = counted(found.command(), &path);
        self.limits.command(found.plugin.name(), counted, limit, user)
    }
}

/// What is counted of a command, and how often it may be used.
fn counted<'a>(command: &'a Command, path: &[String]) -> (Counted, &'a Limit) {
    let handling = command.handling_of(path);
    let is_own = !ptr::eq(handling, &raw const command.handling);
    let mut whole = vec![command.name.as_str()];
    // What has no limit of its own shares its command's.
    whole.extend(path.iter().filter(|_| is_own).map(String::as_str));
    let kind = declare::kind_number(command.kind).unwrap_or_default();
    (Counted::Command { kind, path: whole.join(" ") }, &handling.limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Clock, discord::limits::UserLimits, rate_limit::RateLimits};
    use lumina_plugin_api::{
        command::{Group, Handling, Subcommand},
        id::UserId,
    };
    use std::{sync::Arc, time::Duration};

    struct Bench {
        limits: UserLimits,
        clock: Clock,
    }

    impl Bench {
        fn new() -> Self {
            let clock = Clock::start();
            Self { limits: UserLimits::new(Arc::new(RateLimits::new(clock.clone()))), clock }
        }

        fn may_use(&self, command: &Command, path: &[&str]) -> bool {
            let path: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
            let (counted, limit) = counted(command, &path);
            self.limits.command("p", counted, limit, UserId(1)).is_ok()
        }
    }

    fn sub(name: &str, calls: u32, period_ms: u64) -> Subcommand {
        let mut handling = Handling::default();
        handling.limit = Limit::window(calls, period_ms);
        Subcommand::new(name, "x").handling(handling)
    }

    #[test]
    fn sub_commands_with_limits_of_their_own_neither_fill_nor_empty_each_others() {
        let bench = Bench::new();
        let command = Command::slash("grp", "x")
            .subcommand(sub("a", 2, 60_000))
            .subcommand(sub("b", 5, 1_000))
            .group(Group::new("deep", "x").subcommand(sub("a", 1, 60_000)));
        let may = |path: &[&str]| bench.may_use(&command, path);
        assert_eq!([may(&["a"]), may(&["a"]), may(&["a"])], [true, true, false]);
        assert!(may(&["b"]) && may(&["b"]) && may(&["b"]), "it has a window of its own");
        bench.clock.run_ahead(Duration::from_secs(2));
        assert!(may(&["b"]));
        assert!(!may(&["a"]), "what is counted of another forgets none of its uses");
        assert_eq!([may(&["deep", "a"]), may(&["deep", "a"])], [true, false]);
    }

    #[test]
    fn commands_of_one_name_in_a_menu_and_behind_a_slash_are_counted_apart() {
        let bench = Bench::new();
        let kinds =
            [Command::slash("grp", "x"), Command::user_menu("grp"), Command::message_menu("grp")];
        for command in kinds.map(|command| command.limit(Limit::window(1, 60_000))) {
            assert!(bench.may_use(&command, &[]), "{:?}", command.kind);
            assert!(!bench.may_use(&command, &[]), "{:?}", command.kind);
        }
    }

    #[test]
    fn sub_commands_without_a_limit_of_their_own_share_their_commands() {
        let bench = Bench::new();
        let command = Command::slash("grp", "x")
            .subcommand(Subcommand::new("a", "x"))
            .subcommand(Subcommand::new("b", "x"))
            .limit(Limit::window(2, 60_000));
        let used = ["a", "b", "a"].map(|name| bench.may_use(&command, &[name]));
        assert_eq!(used, [true, true, false]);
    }
}
