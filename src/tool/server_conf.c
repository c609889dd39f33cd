/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * No parser of configurations: knotc, dance-front and dance-ask read their own and print it in one
 * plain form. Which of them it is for is told by its sections. */

#include "server_conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "file.h"
#include "say.h"

#define OUTPUT_MAX (16 * 1024 * 1024)

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

static void take_line(struct server_conf *section, char *line)
{
	size_t forwarders = 0;
	char *key = line + strspn(line, " -");
	char *values = strchr(key, ':');
	if (values == NULL) {
		return;
	}
	*values++ = '\0';
	for (char *value; (value = next_value(&values)) != NULL;) {
		if (strcmp(key, "client") == 0 && section->count < SERVER_CONF_NAMES_MAX) {
			section->names[section->count++] = value;
		} else if (strcmp(key, "resolver") == 0 &&
			forwarders < DANCE_FORWARDER_MAX) {
			section->where.forwarders[forwarders++] = value;
		} else if (strcmp(key, "trust-anchor") == 0) {
			section->where.trust_anchor = value;
		} else if (strcmp(key, "root-hints") == 0) {
			section->where.root_hints = value;
		}
	}
}

static void begin(struct server_conf *section)
{
	section->where = (struct dance_context_options){ .size = sizeof(section->where) };
	section->count = 0;
}

static int end(const struct server_conf *section, int worst, server_conf_each each,
	void *arg)
{
	return section->count != 0 ? command_worse(worst, each(arg, section)) : worst;
}

int server_conf_parse(char *text, server_conf_each each, void *arg)
{
	struct server_conf section = { .names = calloc(SERVER_CONF_NAMES_MAX,
					       sizeof(section.names[0])) };
	bool inside = false;
	int worst = -1;
	if (section.names == NULL) {
		return -1;
	}
	begin(&section);
	for (char *line = text, *next; line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL) {
			*next++ = '\0';
		}
		bool is_title = line[0] != ' ' && line[0] != '\0';
		if (is_title || strncmp(line, "  - ", 4) == 0) {
			worst = end(&section, worst, each, arg);
			begin(&section);
		}
		if (is_title) {
			inside = strcmp(line, "mod-dance:") == 0;
		} else if (inside) {
			take_line(&section, line);
		}
	}
	worst = end(&section, worst, each, arg);
	free(section.names);
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

static _Noreturn void become(const char *const command[5], int output)
{
	const char *folders = getenv("PATH");
	char path[4096];
	/* Servers are where users need not look. */
	(void)snprintf(path, sizeof(path), "%s:/usr/local/sbin:/usr/sbin:/sbin",
		folders != NULL ? folders : "/usr/bin:/bin");
	(void)setenv("PATH", path, 1);
	if (dup2(output, STDOUT_FILENO) >= 0) {
		(void)execvp(command[0], (char *const *)(uintptr_t)command);
	}
	say_error("%s: %s", command[0], strerror(errno));
	_exit(COMMAND_WRONG);
}

/* What the command prints; NULL if it fails, and it has said why. */
static char *output_of(const char *const command[5])
{
	int ends[2];
	char *text = malloc(OUTPUT_MAX + 1);
	if (text == NULL || pipe(ends) != 0) {
		free(text);
		return NULL;
	}
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		become(command, ends[1]);
	}
	close(ends[1]);
	FILE *from = fdopen(ends[0], "r");
	size_t size = from != NULL ? fread(text, 1, OUTPUT_MAX, from) : 0;
	bool whole = from != NULL && feof(from) != 0;
	if (from != NULL) {
		fclose(from);
	}
	int status = 1;
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
	if (child <= 0 || status != 0 || !whole) {
		free(text);
		return NULL;
	}
	text[size] = '\0';
	return text;
}

int server_conf_read(const char *path, server_conf_each each, void *arg)
{
	const char *command[5];
	if (!choose(path, command)) {
		return COMMAND_WRONG;
	}
	char *text = output_of(command);
	if (text == NULL) {
		say_error("--config %s: %s cannot read it", path, command[0]);
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
