"""A small bot on unmodified discord.py. Says on standard output what happened to it."""

import io
import os
import sys
import threading

import discord
import yarl
from discord import app_commands

discord.http.Route.BASE = os.environ["DISCORD_API"] + "/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY"])


def tell(text):
    print(text, flush=True)


class Bot(discord.Client):
    def __init__(self):
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self):
        await self.tree.sync()

    async def on_ready(self):
        tell("ready")

    async def on_resumed(self):
        tell("resumed")


bot = Bot()


class Again(discord.ui.View):
    @discord.ui.button(label="Again", custom_id="again", style=discord.ButtonStyle.primary)
    async def again(self, interaction, button):
        await interaction.response.edit_message(content="Pressed", view=None)


class Form(discord.ui.Modal, title="A form"):
    field = discord.ui.Label(
        text="Title", component=discord.ui.TextInput(custom_id="title", max_length=40)
    )

    async def on_submit(self, interaction):
        await interaction.response.send_message(f"Got {self.field.component.value}")


@bot.tree.command(description="Answers at once")
async def ping(interaction: discord.Interaction):
    await interaction.response.send_message("Pong!")


@bot.tree.command(description="Thinks, then answers privately")
async def slow(interaction: discord.Interaction):
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.edit_original_response(content="Done.")
    await interaction.followup.send("And more.", ephemeral=True)


@bot.tree.command(description="Shows a button")
async def buttons(interaction: discord.Interaction):
    await interaction.response.send_message("Press", view=Again())


@bot.tree.command(description="Opens a form")
async def form(interaction: discord.Interaction):
    await interaction.response.send_modal(Form(custom_id="form"))


@bot.tree.command(description="Sends a file")
async def file(interaction: discord.Interaction):
    four = discord.File(io.BytesIO(b"four"), filename="four.txt")
    await interaction.response.send_message("Here", file=four)


@bot.tree.command(description="Writes into the channel")
async def say(interaction: discord.Interaction):
    await interaction.response.defer(thinking=True)
    channel = await bot.fetch_channel(interaction.channel_id)
    await channel.send("Said.")
    await interaction.edit_original_response(content="Done.")


@bot.tree.command(description="Completes")
@app_commands.describe(query="What")
async def find(interaction: discord.Interaction, query: str):
    await interaction.response.send_message(query)


@find.autocomplete("query")
async def complete(interaction: discord.Interaction, current: str):
    return [app_commands.Choice(name=f"{current}!", value=current)]


def end_with_standard_input():
    """The one that started this bot closes its standard input when it is done with it."""
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_standard_input, daemon=True).start()
bot.run(os.environ["DISCORD_TOKEN"], log_handler=None)
