/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The dance command: finds the subcommand. Knows nothing of what they do. */

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "say.h"

static const char help[] =
	"usage: dance COMMAND [OPTION]...\n"
	"\n"
	"  tlsa       print the TLSA record to publish of a certificate or key\n"
	"  verify     judge a certificate chain by TLSA records given, without DNS\n"
	"  check      look up a name's TLSA records, validate them, judge a chain by them\n"
	"\n"
	"  --help     print this; after a command, what it takes\n"
	"  --version  print the version\n"
	"\n"
	"The manual is dance(1).\n";

static const struct command *const commands[] = {
	&command_tlsa,
	&command_verify,
	&command_check,
};

static int run(int count, char **words)
{
	const char *word = words[0];
	if (word == NULL) {
		say_error("a command is wanted: tlsa, verify or check, see dance --help");
		return COMMAND_WRONG;
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
		fputs(help, stdout);
		return COMMAND_YES;
	}
	if (strcmp(word, "--version") == 0) {
		fputs("dance " DANCE_VERSION "\n", stdout);
		return COMMAND_YES;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(word, commands[i]->name) == 0) {
			say_as(commands[i]->name);
			return commands[i]->run(count - 1, words + 1);
		}
	}
	say_error("unknown %s '%s', see dance --help",
		word[0] == '-' ? "option" : "command", word);
	return COMMAND_WRONG;
}

int main(int argc, char **argv)
{
	/* A reader that goes away must not pass for success either. */
	signal(SIGPIPE, SIG_IGN);
	int status = argc > 0 ? run(argc - 1, argv + 1) : COMMAND_WRONG;
	return say_end() ? status : COMMAND_WRONG;
}
