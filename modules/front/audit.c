/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Tests what other users can do, in a child process that has become such a user: file modes
 * alone would not show directories, access lists and packet filters. */

#include "audit.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../log_line.h"
#include "address.h"
#include "monotonic.h"
#include "privilege.h"
#include "stream.h"

#define CONNECT_MS 1000
#define OTHERS "nobody"         /* stands for every user */
#define UNIT_USER "dance-front" /* of dance-front.service */

struct audit {
	audit_say *say;
	size_t count;
	const char *user; /* that dance-front runs as; NULL: this user, or unknown */
};

static void find(struct audit *audit, struct log_line *line, const char *advice)
{
	audit->say(log_line_end(line, DANCE_LINE_SIZE, advice));
	audit->count++;
}

/* Does `try`, made as this user, succeed (`can`) or fail (not `can`)? False if it cannot be
 * made. */
static bool it_is_so(const char *user, bool (*try)(const void *arg), const void *arg,
	bool can)
{
	enum {
		YES,
		NO,
		UNKNOWN
	};
	pid_t child = fork();
	if (child == 0) {
		char error[CONF_ERROR_SIZE];
		_exit(!privilege_drop(user, error) ? UNKNOWN : try(arg) ? YES : NO);
	}
	int status = 0;
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
	return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == (can ? YES : NO);
}

static bool try_to_read(const void *arg)
{
	return open(arg, O_RDONLY | O_CLOEXEC) >= 0;
}

static bool try_to_connect(const void *arg)
{
	const struct endpoint *server = arg;
	int fd = stream_connect((const struct sockaddr *)&server->socket, server->size,
		NULL, 0);
	return fd >= 0 && stream_connected(fd, monotonic_ms() + CONNECT_MS) == 0;
}

static bool try_to_write(const void *arg)
{
	return access(arg, W_OK | X_OK) == 0;
}

static void audit_key(struct audit *audit, const char *file)
{
	struct stat status;
	if (stat(file, &status) == 0 && (status.st_mode & S_IRWXO) != 0) {
		struct log_line line;
		char advice[DANCE_LINE_SIZE / 2];
		snprintf(advice, sizeof(advice), "chmod o= %s", file);
		log_line_begin(&line, "key file open to all users");
		log_line_key(&line, "file", "%s", file);
		log_line_key(&line, "mode", "%04o", (unsigned)(status.st_mode & 07777));
		find(audit, &line, advice);
	}
}

static void audit_file(struct audit *audit, const char *file)
{
	if (file != NULL && it_is_so(audit->user, try_to_read, file, false)) {
		struct log_line line;
		log_line_begin(&line, "file not readable");
		log_line_key(&line, "file", "%s", file);
		log_line_key(&line, "user", "%s", audit->user);
		find(audit, &line, "let this user read it, since it runs dance-front");
	}
}

/* All files that a reload reads. */
static void audit_files(struct audit *audit, const struct conf *conf, const char *path)
{
	audit_file(audit, path);
	audit_file(audit, conf->trust_anchor);
	audit_file(audit, conf->root_hints);
	for (size_t i = 0; i < conf->front_count; i++) {
		audit_file(audit, conf->fronts[i].key_file);
		audit_file(audit, conf->fronts[i].cert_file);
		audit_file(audit, conf->fronts[i].ca_file);
	}
	for (size_t i = 0; i < conf->client_count; i++) {
		audit_file(audit, conf->clients[i].key_file);
		audit_file(audit, conf->clients[i].cert_file);
		audit_file(audit, conf->clients[i].ca_file);
	}
}

/* In a directory that others can write to, they can listen in the server's place, at the latest
 * when it is away. */
static void audit_directory(struct audit *audit, const struct conf_front *front)
{
	char directory[ENDPOINT_TEXT_SIZE];
	if (!endpoint_is_path(&front->server)) {
		return;
	}
	snprintf(directory, sizeof(directory), "%s", front->server.text);
	*strrchr(directory, '/') = '\0';
	const char *path = directory[0] != '\0' ? directory : "/";
	if (it_is_so(OTHERS, try_to_write, path, true)) {
		struct log_line line;
		log_line_begin(&line, "front %s, server can be impersonated by all users",
			front->id);
		log_line_key(&line, "server", "%s", front->server.text);
		log_line_reason(&line, "its directory is writable to them");
		find(audit, &line, "put the socket into a directory of the server's own");
	}
}

static void audit_servers(struct audit *audit, const struct conf *conf)
{
	for (size_t i = 0; i < conf->front_count; i++) {
		const struct conf_front *front = &conf->fronts[i];
		if (it_is_so(OTHERS, try_to_connect, &front->server, true)) {
			struct log_line line;
			log_line_begin(&line, "front %s, server open to all users",
				front->id);
			log_line_key(&line, "server", "%s", front->server.text);
			log_line_reason(&line, "%s",
				front->proxy != CONF_PROXY_OFF || front->source_identity ?
					"they can impersonate any identity there" :
					"they are not authenticated there");
			find(audit, &line,
				endpoint_is_path(&front->server) ?
					"keep them off by the socket's group and mode" :
					"keep them off with a packet filter "
					"(doc/samples/nftables.conf)");
		}
		audit_directory(audit, front);
	}
}

size_t audit_headers(const struct conf *conf, audit_say *say)
{
	struct audit audit = { .say = say };
	for (size_t i = 0; i < conf->front_count; i++) {
		const struct conf_front *front = &conf->fronts[i];
		if (front->proxy == CONF_PROXY_OFF || endpoint_is_path(&front->server) ||
			address_is_loopback(&front->server.socket)) {
			continue;
		}
		struct log_line line;
		log_line_begin(&line, "front %s, server not on loopback", front->id);
		log_line_key(&line, "server", "%s", front->server.text);
		log_line_reason(&line,
			"any host that can connect to it can send a header with the %s of "
			"any client",
			front->proxy == CONF_PROXY_TLS ? "name" : "address");
		find(&audit, &line,
			"move it to loopback or a UNIX socket, or let a packet filter admit "
			"this host only");
	}
	return audit.count;
}

size_t audit_keys(const struct conf *conf, audit_say *say)
{
	struct audit audit = { .say = say };
	for (size_t i = 0; i < conf->front_count; i++) {
		audit_key(&audit, conf->fronts[i].key_file);
	}
	for (size_t i = 0; i < conf->client_count; i++) {
		audit_key(&audit, conf->clients[i].key_file);
	}
	return audit.count;
}

size_t audit(const struct conf *conf, const char *path, audit_say *say)
{
	struct audit audit = { .say = say };
	audit.count = audit_keys(conf, say) + audit_headers(conf, say);
	if (geteuid() != 0) {
		return audit.count;
	}
	audit.user = conf->user != NULL     ? conf->user :
		getpwnam(UNIT_USER) != NULL ? UNIT_USER :
					      NULL;
	if (audit.user != NULL) {
		audit_files(&audit, conf, path);
	}
	audit_servers(&audit, conf);
	return audit.count;
}
