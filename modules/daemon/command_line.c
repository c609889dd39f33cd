/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Options, help and version. */

#include "command_line.h"

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "program.h"

enum {
	EXIT_MISUSED = 2
};

static void print_usage(FILE *to, const char *path)
{
	fprintf(to,
		"usage: %s [-c FILE] [--check]\n"
		"\n"
		"  -c, --config FILE   read this configuration (default: %s)\n"
		"  -C, --check         check the configuration and exit\n"
		"  -N, --names         print the names that are looked up, and how, and exit\n"
		"  -h, --help          print this text\n"
		"  -V, --version       print the version\n"
		"\n"
		"SIGHUP reloads the configuration, SIGUSR1 logs the counters, SIGTERM exits.\n",
		program_name, path);
}

bool command_line_read(struct command_line *line, const char *path, int argc, char **argv,
	int *status)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check", no_argument, NULL, 'C' },
		{ "names", no_argument, NULL, 'N' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	*line = (struct command_line){ .path = path };
	*status = EXIT_SUCCESS;
	int option;
	while ((option = getopt_long(argc, argv, "c:CNhV", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			line->path = optarg;
			break;
		case 'C':
			line->check = true;
			break;
		case 'N':
			line->names = true;
			break;
		case 'h':
			print_usage(stdout, path);
			return false;
		case 'V':
			printf("%s " DANCE_VERSION "\n", program_name);
			return false;
		default:
			print_usage(stderr, path);
			*status = EXIT_MISUSED;
			return false;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "%s: unexpected argument '%s'\n", program_name,
			argv[optind]);
		print_usage(stderr, path);
		*status = EXIT_MISUSED;
		return false;
	}
	return true;
}
