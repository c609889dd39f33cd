/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The dance command: finds the subcommand. Knows nothing of what they do. */

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "option.h"
#include "say.h"

#ifdef DANCE_WITH_PROBE
#define NO_PROBE ""
#else
#define NO_PROBE "\n             (not in this build, which has no OpenSSL)"
#endif

static const char help[] =
	"usage: dance COMMAND [OPTION]...\n"
	"\n"
	"  tlsa       print the TLSA record to publish for a certificate or key\n"
	"  verify     judge a certificate chain by given TLSA records, without DNS\n"
	"  check      look up a name's TLSA records, validate them, judge a chain by them\n"
	"  probe      ask a primary for a zone as a secondary, and say what is in the way" NO_PROBE
	"\n"
	"  roll       roll keys: publish the next record, wait, switch, withdraw the old one\n"
	"\n"
	"  -h, --help     print this text, or after a command its options\n"
	"  -V, --version  print the version\n"
	"\n"
	"The manual is dance(1).\n";

static const struct command *const commands[] = {
	&command_tlsa,
	&command_verify,
	&command_check,
#ifdef DANCE_WITH_PROBE
	&command_probe,
#endif
	&command_roll,
};

static int run_command(int count, char **words)
{
	if (count == 0) {
		say_error("missing command: tlsa, verify, check, probe or roll; see dance --help");
		return COMMAND_WRONG;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(words[0], commands[i]->name) == 0) {
			say_as(commands[i]->name);
			optind = 0; /* begins anew */
			return commands[i]->run(count, words);
		}
	}
	if (strcmp(words[0], "probe") == 0) {
		say_error("'probe' is not in this build: it needs OpenSSL 3.2 or newer");
		return COMMAND_WRONG;
	}
	say_error("unknown command '%s'; see dance --help", words[0]);
	return COMMAND_WRONG;
}

static int run(int count, char **words)
{
	static const struct option rows[] = {
		{ "version", no_argument, NULL, OPTION_VERSION },
		OPTION_HELP_ROW,
		OPTION_LAST_ROW,
	};
	/* What stands behind the command is the command's. */
	static const struct option_table options = { "+:hV", rows, 0 };
	switch (option_next(&options, count, words)) {
	case OPTION_END:
		return run_command(count - optind, words + optind);
	case OPTION_HELP:
		fputs(help, stdout);
		return COMMAND_YES;
	case OPTION_VERSION:
		fputs("dance " DANCE_VERSION "\n", stdout);
		return COMMAND_YES;
	default:
		return COMMAND_WRONG;
	}
}

int main(int argc, char **argv)
{
	/* A reader that goes away must not pass for success either. */
	signal(SIGPIPE, SIG_IGN);
	int status = argc > 0 ? run(argc, argv) : COMMAND_WRONG;
	return say_end() ? status : COMMAND_WRONG;
}
