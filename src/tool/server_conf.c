/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * No parser of configurations: knotc, dance-front and dance-ask read their own and print it in one
 * plain form. Which of them it is for is told by its sections. */

#include "server_conf.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "file.h"
#include "printout.h"
#include "record.h"
#include "say.h"

#define READER_MS 30000 /* a server reads its configuration in less */

/* Takes the next quoted value off the line. NULL: there is none. */
static char *next_value(char **line)
{
	char *begin = strchr(*line, '"');
	char *end = begin != NULL ? strchr(begin + 1, '"') : NULL;
	if (end == NULL) {
		return NULL;
	}
	*end = '\0';
	*line = end + 1;
	return begin + 1;
}

/* One more, if there is room. */
static void append(const char **values, size_t *count, const char *value)
{
	if (*count < SERVER_CONF_NAMES_MAX) {
		values[(*count)++] = value;
	}
}

static void take_value(struct server_conf *section, const char *key, const char *value)
{
	struct dance_context_options *where = &section->where;
	unsigned usage;
	size_t forwarders = 0;
	if (strcmp(key, "client") == 0) {
		append(section->names, &section->count, value);
	} else if (strcmp(key, "client-within") == 0) {
		append(section->within, &section->options.within_count, value);
	} else if (strcmp(key, "usage") == 0) {
		section->options.usages |= record_usages(value, &usage) ? usage : 0;
	} else if (strcmp(key, "ca-file") == 0) {
		section->ca_file = value;
	} else if (strcmp(key, "role") == 0) {
		section->options.role = strcmp(value, "server") == 0 ? DANCE_SERVER :
								       DANCE_CLIENT;
	} else if (strcmp(key, "trust-anchor") == 0) {
		where->trust_anchor = value;
	} else if (strcmp(key, "root-hints") == 0) {
		where->root_hints = value;
	} else if (strcmp(key, "resolver") == 0) {
		while (forwarders < DANCE_FORWARDER_MAX &&
			where->forwarders[forwarders] != NULL) {
			forwarders++;
		}
		if (forwarders < DANCE_FORWARDER_MAX) {
			where->forwarders[forwarders] = value;
		}
	}
}

static void take_line(struct server_conf *section, char *line)
{
	char *key = line + strspn(line, " -");
	char *values = strchr(key, ':');
	if (values == NULL) {
		return;
	}
	*values++ = '\0';
	for (char *value; (value = next_value(&values)) != NULL;) {
		take_value(section, key, value);
	}
}

static void begin(struct server_conf *section)
{
	section->where = (struct dance_context_options){ .size = sizeof(section->where) };
	section->options = (struct dance_options){ .size = sizeof(section->options),
		.within = section->within };
	section->ca_file = NULL;
	section->count = 0;
}

/* As the server does (mod-dance): CAs count only for the usages that need them. */
static int end(struct server_conf *section, int worst, server_conf_each each, void *arg)
{
	if (section->options.usages == 0) {
		section->options.usages = DANCE_USAGES_DEFAULT;
	}
	if ((section->options.usages & (DANCE_PKIX_TA | DANCE_PKIX_EE)) == 0) {
		section->ca_file = NULL;
	}
	return section->count != 0 ? command_worse(worst, each(arg, section)) : worst;
}

static int parse(struct server_conf *section, char *text, server_conf_each each, void *arg)
{
	bool inside = false;
	int worst = -1;
	for (char *line = text, *next; line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL) {
			*next++ = '\0';
		}
		bool is_title = line[0] != ' ' && line[0] != '\0';
		if (is_title || strncmp(line, "  - ", 4) == 0) {
			worst = end(section, worst, each, arg);
			begin(section);
		}
		if (is_title) {
			inside = strcmp(line, "mod-dance:") == 0;
		} else if (inside) {
			take_line(section, line);
		}
	}
	return end(section, worst, each, arg);
}

int server_conf_parse(char *text, server_conf_each each, void *arg)
{
	struct server_conf section = { 0 };
	section.names = calloc(SERVER_CONF_NAMES_MAX, sizeof(section.names[0]));
	section.within = calloc(SERVER_CONF_NAMES_MAX, sizeof(section.within[0]));
	int worst = section.names != NULL && section.within != NULL ?
		parse(&section, text, each, arg) :
		-1;
	free(section.names);
	free(section.within);
	return worst;
}

static bool has_section(const struct dance_octets *content, const char *title)
{
	size_t size = strlen(title);
	const unsigned char *at = content->data, *stop = at + content->size;
	while (at != NULL && (size_t)(stop - at) >= size) {
		if (memcmp(at, title, size) == 0) {
			return true;
		}
		at = memchr(at, '\n', (size_t)(stop - at));
		at = at != NULL ? at + 1 : NULL;
	}
	return false;
}

/* The command that prints it; false, and a line has said why. A directory is a database of Knot
 * DNS. */
static bool choose(const char *path, const char *command[5])
{
	struct dance_octets content;
	struct stat status;
	const char *why;
	bool is_database = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
	const char *daemon = NULL;
	if (!is_database && !file_read(path, &content, &why)) {
		say_error("--config %s: %s", path, why);
		return false;
	}
	if (!is_database) {
		daemon = has_section(&content, "ask:") ? "dance-ask" :
			has_section(&content, "front:") ||
				has_section(&content, "client:") ?
							 "dance-front" :
							 NULL;
		file_clear(&content);
	}
	command[0] = daemon != NULL ? daemon : "knotc";
	command[1] = is_database ? "-C" : "-c";
	command[2] = path;
	command[3] = daemon != NULL ? "--names" : "conf-export";
	command[4] = NULL;
	return true;
}

int server_conf_read(const char *path, server_conf_each each, void *arg)
{
	const char *command[5];
	char why[DANCE_ERROR_SIZE];
	if (!choose(path, command)) {
		return COMMAND_WRONG;
	}
	char *text = printout_of(command, READER_MS, why);
	if (text == NULL) {
		say_error("--config %s: %s", path, why);
		return COMMAND_WRONG;
	}
	int status = server_conf_parse(text, each, arg);
	free(text);
	if (status < 0) {
		say_error("--config %s: it permits no names", path);
		return COMMAND_WRONG;
	}
	return status;
}
