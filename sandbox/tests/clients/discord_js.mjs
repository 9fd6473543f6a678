// A small bot on unmodified discord.js. Says on standard output what happened to it.

import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  Events,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";

const commands = [
  new SlashCommandBuilder().setName("ping").setDescription("Answers at once"),
  new SlashCommandBuilder().setName("slow").setDescription("Thinks, then answers privately"),
  new SlashCommandBuilder().setName("buttons").setDescription("Shows a button"),
  new SlashCommandBuilder().setName("form").setDescription("Opens a form"),
  new SlashCommandBuilder().setName("file").setDescription("Sends a file"),
  new SlashCommandBuilder().setName("say").setDescription("Writes into the channel"),
  new SlashCommandBuilder()
    .setName("find")
    .setDescription("Completes")
    .addStringOption((option) =>
      option.setName("query").setDescription("What").setAutocomplete(true).setRequired(true),
    ),
];

const answers = {
  ping: (interaction) => interaction.reply("Pong!"),
  slow: async (interaction) => {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.editReply("Done.");
    await interaction.followUp({ content: "And more.", flags: MessageFlags.Ephemeral });
  },
  buttons: (interaction) => {
    const button = new ButtonBuilder();
    button.setCustomId("again").setLabel("Again").setStyle(ButtonStyle.Primary);
    const row = new ActionRowBuilder().addComponents(button);
    return interaction.reply({ content: "Press", components: [row] });
  },
  form: (interaction) => {
    const input = new TextInputBuilder().setCustomId("title").setStyle(TextInputStyle.Short);
    const label = new LabelBuilder().setLabel("Title").setTextInputComponent(input);
    const form = new ModalBuilder().setCustomId("form").setTitle("A form");
    return interaction.showModal(form.addLabelComponents(label));
  },
  file: (interaction) => {
    const file = new AttachmentBuilder(Buffer.from("four"), { name: "four.txt" });
    return interaction.reply({ content: "Here", files: [file] });
  },
  say: async (interaction) => {
    await interaction.deferReply();
    const channel = await interaction.client.channels.fetch(interaction.channelId);
    await channel.send("Said.");
    await interaction.editReply("Done.");
  },
};

const client = new Client({ intents: [1], rest: { api: process.env.DISCORD_API } });

client.on(Events.ClientReady, async () => {
  await client.application.commands.set(commands);
  console.log("ready");
});
client.on(Events.ShardResume, () => console.log("resumed"));
client.on(Events.Error, (error) => console.log(`error ${error}`));
client.on(Events.InteractionCreate, async (interaction) => {
  if (interaction.isAutocomplete()) {
    const query = interaction.options.getFocused();
    await interaction.respond([{ name: `${query}!`, value: query }]);
  } else if (interaction.isButton()) {
    await interaction.update({ content: "Pressed", components: [] });
  } else if (interaction.isModalSubmit()) {
    await interaction.reply(`Got ${interaction.fields.getTextInputValue("title")}`);
  } else {
    await answers[interaction.commandName](interaction);
  }
});

// The one that started this bot closes its standard input when it is done with it.
process.stdin.on("end", () => process.exit(0)).resume();
await client.login(process.env.DISCORD_TOKEN);
