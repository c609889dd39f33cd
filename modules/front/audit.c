/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which files and servers the sections name. */

#include "audit.h"

#include "address.h"
#include "key_store.h"
#include "key_uri.h"
#include "monotonic.h"
#include "privilege.h"
#include "stream.h"

#define CONNECT_MS 1000
#define UNIT_USER "dance-front" /* of dance-front.service */

static bool try_to_connect(const void *arg)
{
	const struct endpoint *server = arg;
	int fd = stream_connect((const struct sockaddr *)&server->socket, server->size,
		NULL, 0);
	return fd >= 0 && stream_connected(fd, monotonic_ms() + CONNECT_MS) == 0;
}

/* The file that has the key or certificate, or its PIN, if there is one. */
static const char *file_of(const char *named, char path[KEY_URI_MAX])
{
	if (named == NULL || !key_store_is_uri(named)) {
		return named;
	}
	if (key_uri_path(named) != NULL) {
		return key_uri_path(named);
	}
	return key_uri_pin_file(named, path) ? path : NULL;
}

static void find_file(struct findings *findings, const char *named)
{
	char path[KEY_URI_MAX];
	findings_file(findings, file_of(named, path));
}

/* A secret: the key, or the PIN of its token. */
static void find_key(struct findings *findings, const char *named)
{
	char path[KEY_URI_MAX], shown[KEY_URI_SHOWN_SIZE];
	const char *file = file_of(named, path);
	if (file != NULL) {
		findings_key(findings, file);
	}
	if (key_store_is_uri(named) && key_uri_shows_pin(named)) {
		struct log_line line;
		key_uri_show(named, shown);
		log_line_begin(&line, "PIN in the configuration");
		log_line_key(&line, "key-file", "%s", shown);
		findings_add(findings, &line,
			"move the PIN to a file of its own, and name that with pin-source");
	}
}

/* All files that a reload reads. */
static void find_files(struct findings *findings, const struct conf *conf, const char *path)
{
	findings_file(findings, path);
	findings_file(findings, conf->common.trust_anchor);
	findings_file(findings, conf->common.root_hints);
	for (size_t i = 0; i < conf->front_count; i++) {
		find_file(findings, conf->fronts[i].key_file);
		find_file(findings, conf->fronts[i].cert_file);
		findings_file(findings, conf->fronts[i].ca_file);
	}
	for (size_t i = 0; i < conf->client_count; i++) {
		find_file(findings, conf->clients[i].key_file);
		find_file(findings, conf->clients[i].cert_file);
		findings_file(findings, conf->clients[i].ca_file);
	}
}

static void find_servers(struct findings *findings, const struct conf *conf)
{
	for (size_t i = 0; i < conf->front_count; i++) {
		const struct conf_front *front = &conf->fronts[i];
		if (findings_all_can(try_to_connect, &front->server)) {
			struct log_line line;
			log_line_begin(&line, "front %s, server open to all users",
				front->id);
			log_line_key(&line, "server", "%s", front->server.text);
			log_line_reason(&line, "%s",
				front->proxy != CONF_PROXY_OFF || front->source_identity ?
					"they can impersonate any identity there" :
					"they are not authenticated there");
			findings_add(findings, &line,
				endpoint_is_path(&front->server) ?
					"keep them off by the socket's group and mode" :
					"keep them off with a packet filter "
					"(doc/samples/nftables.conf)");
		}
		struct log_line line;
		log_line_begin(&line, "front %s, server can be impersonated by all users",
			front->id);
		log_line_key(&line, "server", "%s", front->server.text);
		findings_socket(findings, &line, &front->server);
	}
}

size_t audit_headers(const struct conf *conf, findings_say *say)
{
	struct findings findings = { .say = say };
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
		findings_add(&findings, &line,
			"move it to loopback or a UNIX socket, or let a packet filter admit "
			"this host only");
	}
	return findings.count;
}

size_t audit_keys(const struct conf *conf, findings_say *say)
{
	struct findings findings = { .say = say };
	for (size_t i = 0; i < conf->front_count; i++) {
		find_key(&findings, conf->fronts[i].key_file);
	}
	for (size_t i = 0; i < conf->client_count; i++) {
		find_key(&findings, conf->clients[i].key_file);
	}
	return findings.count;
}

size_t audit(const struct conf *conf, const char *path, findings_say *say)
{
	struct findings findings = { .say = say };
	findings.count = audit_keys(conf, say) + audit_headers(conf, say);
	findings_choose_user(&findings, conf->common.user, UNIT_USER);
	findings_metrics(&findings, &conf->common.metrics);
	find_files(&findings, conf, path);
	find_servers(&findings, conf);
	return findings.count;
}

bool audit_become_user(const struct conf *conf, char error[CONF_ERROR_SIZE])
{
	struct findings findings = { .say = NULL };
	findings_choose_user(&findings, conf->common.user, UNIT_USER);
	return findings.user == NULL || privilege_drop(findings.user, error);
}
