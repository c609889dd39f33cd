/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Makes SSL_CTXs and rosters of what the configuration says, and counts who uses them.
 * Knows nothing of connections. */

#include "settings.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>
#include <openssl/err.h>

#include "credential.h"
#include "dance_openssl.h"
#include "log.h"

static struct {
	pthread_mutex_t lock;
	struct settings *settings;
} current = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool complain(char error[CONF_ERROR_SIZE], const char *kind, const char *id,
	const char *what)
{
	snprintf(error, CONF_ERROR_SIZE, "%s %s: %s", kind, id, what);
	return false;
}

/* --- keys, certificates, trust: what files say ----------------------------------------- */

struct files {
	const char *kind;
	const char *id;
	const char *cert_file;
	const char *key_file;
	const char *ca_file;
};

static bool load(const struct files *files, const SSL_METHOD *method, SSL_CTX **tls,
	struct dance_trust **trust, char error[CONF_ERROR_SIZE])
{
	char what[CONF_ERROR_SIZE / 2];
	*tls = SSL_CTX_new(method);
	if (*tls == NULL) {
		return complain(error, files->kind, files->id, "out of memory");
	}
	if (!credential_load(*tls, files->cert_file, files->key_file, what, sizeof(what))) {
		return complain(error, files->kind, files->id, what);
	}
	if (files->ca_file != NULL) {
		char sentence[DANCE_ERROR_SIZE];
		*trust = dance_trust_new(files->ca_file, sentence);
		if (*trust == NULL) {
			return complain(error, files->kind, files->id, sentence);
		}
	}
	return true;
}

static bool load_front(struct front *front, char error[CONF_ERROR_SIZE])
{
	const struct files files = { "front", front->conf->id, front->conf->cert_file,
		front->conf->key_file, front->conf->ca_file };
	front->names = register_new(front->conf->identities, front->conf->identity_count);
	if (front->names == NULL) {
		return complain(error, files.kind, files.id, "out of memory");
	}
	return load(&files, TLS_server_method(), &front->tls, &front->trust, error);
}

static unsigned port_of(const struct conf_address *address)
{
	const struct sockaddr_storage *socket = &address->socket;
	return ntohs(socket->ss_family == AF_INET ?
			((const struct sockaddr_in *)socket)->sin_port :
			((const struct sockaddr_in6 *)socket)->sin6_port);
}

static bool load_client(struct client *client, char error[CONF_ERROR_SIZE])
{
	const struct conf_client *conf = client->conf;
	const struct files files = { "client", conf->id, conf->cert_file, conf->key_file,
		conf->ca_file };
	/* RFC 6698 3. */
	if (asprintf(&client->owner, "_%u._tcp.%s", port_of(&conf->primaries[0]),
		    conf->name) < 0) {
		client->owner = NULL;
		return complain(error, files.kind, files.id, "out of memory");
	}
	char what[DANCE_ERROR_SIZE];
	if (!dance_roster_check_name(client->owner, what)) {
		return complain(error, files.kind, files.id, what);
	}
	if (!load(&files, TLS_client_method(), &client->tls, &client->trust, error)) {
		return false;
	}
	if (conf->ca_file != NULL &&
		SSL_CTX_load_verify_file(client->tls, conf->ca_file) != 1) {
		ERR_clear_error();
		return complain(error, files.kind, files.id, "ca-file cannot be loaded");
	}
	return true;
}

struct settings *settings_new(struct conf *conf, char error[CONF_ERROR_SIZE])
{
	struct settings *settings = calloc(1, sizeof(*settings));
	if (settings == NULL) {
		conf_free(conf);
		snprintf(error, CONF_ERROR_SIZE, "out of memory");
		return NULL;
	}
	settings->users = 1;
	settings->conf = conf;
	settings->fronts = calloc(conf->front_count + 1, sizeof(settings->fronts[0]));
	settings->clients = calloc(conf->client_count + 1, sizeof(settings->clients[0]));
	bool loaded = settings->fronts != NULL && settings->clients != NULL;
	if (!loaded) {
		snprintf(error, CONF_ERROR_SIZE, "out of memory");
	} else if (SSL_extension_supported(conf->extension) != 0) {
		snprintf(error, CONF_ERROR_SIZE,
			"server: extension %u is another extension's "
			"number",
			conf->extension);
		loaded = false;
	}
	for (size_t i = 0; loaded && i < conf->front_count; i++) {
		settings->fronts[i].conf = &conf->fronts[i];
		loaded = load_front(&settings->fronts[i], error);
	}
	for (size_t i = 0; loaded && i < conf->client_count; i++) {
		settings->clients[i].conf = &conf->clients[i];
		loaded = load_client(&settings->clients[i], error);
	}
	if (!loaded) {
		settings_release(settings);
		return NULL;
	}
	return settings;
}

/* --- rosters: what DNS will be asked --------------------------------------------------- */

static bool start_front(struct settings *settings, struct front *front,
	char error[CONF_ERROR_SIZE])
{
	const struct conf_front *conf = front->conf;
	const struct dance_options options = {
		.usages = conf->usages,
		.trust = front->trust,
		.timeout_ms = settings->conf->timeout_ms,
		.max_stale_s = settings->conf->max_stale_s,
	};
	const char **names = calloc(conf->identity_count, sizeof(*names));
	if (names == NULL) {
		return complain(error, "front", conf->id, "out of memory");
	}
	for (size_t i = 0; i < conf->identity_count; i++) {
		names[i] = conf->identities[i]->name;
	}
	char what[DANCE_ERROR_SIZE];
	front->roster = dance_roster_new(shared_context_get(&settings->context), names,
		conf->identity_count, &options, what);
	free(names);
	if (front->roster == NULL) {
		return complain(error, "front", conf->id, what);
	}
	bool transfers_only = (conf->pass & CONF_PASS_ANY) == 0;
	const struct dance_openssl_options tls = {
		.extension = settings->conf->extension,
		.alpn = "dot",
		.need_alpn = transfers_only, /* RFC 9103 7.1; RFC 7858 does not ask for it */
		.need_name = conf->require_name,
		.roster = front->roster,
	};
	if (!dance_openssl_arm_server(front->tls, &tls)) {
		ERR_clear_error();
		return complain(error, "front", conf->id, "OpenSSL cannot be set up");
	}
	return true;
}

static bool start_client(struct settings *settings, struct client *client,
	const struct settings *old, char error[CONF_ERROR_SIZE])
{
	const struct conf_client *conf = client->conf;
	struct client *before = old != NULL ? settings_client(old, conf->id) : NULL;
	if (before != NULL && before->best < conf->primary_count) {
		atomic_store(&client->best, before->best);
	}
	const struct dance_options options = {
		.usages = conf->ca_file == NULL ?
			DANCE_USAGES_DEFAULT :
			DANCE_USAGES_DEFAULT | DANCE_PKIX_EE | DANCE_PKIX_TA,
		.role = DANCE_SERVER,
		.trust = client->trust,
		.timeout_ms = settings->conf->timeout_ms,
		.max_stale_s = settings->conf->max_stale_s,
	};
	const char *owner = client->owner;
	char what[DANCE_ERROR_SIZE];
	client->roster = dance_roster_new(shared_context_get(&settings->context), &owner, 1,
		&options, what);
	if (client->roster == NULL) {
		return complain(error, "client", conf->id, what);
	}
	const struct dance_openssl_options tls = {
		.extension = settings->conf->extension,
		.alpn = "dot",
		.roster = client->roster,
		.name = conf->client_name,
		.server_name = client->owner,
		.pkix_host = conf->ca_file != NULL ? conf->name : NULL,
	};
	if (!dance_openssl_arm_client(client->tls, &tls, conf->raw_key)) {
		ERR_clear_error();
		return complain(error, "client", conf->id, "OpenSSL cannot be set up");
	}
	return true;
}

/* Joins the libdance context that looks names up as the section `dns` says. */
static bool join_context(struct settings *settings)
{
	const struct conf *conf = settings->conf;
	struct dance_context_options options = {
		.trust_anchor = conf->trust_anchor,
		.root_hints = conf->root_hints,
		/* Every connection has a thread of its own, and the gate counts them. */
		.max_waiting = UINT_MAX,
		.log = log_news,
	};
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		options.forwarders[i] = conf->forwarders[i];
	}
	return shared_context_join(&settings->context, &options);
}

bool settings_start(struct settings *settings, const struct settings *old,
	char error[CONF_ERROR_SIZE])
{
	if (!join_context(settings)) {
		snprintf(error, CONF_ERROR_SIZE, "out of memory");
		return false;
	}
	bool started = true;
	for (size_t i = 0; started && i < settings->conf->front_count; i++) {
		started = start_front(settings, &settings->fronts[i], error);
	}
	for (size_t i = 0; started && i < settings->conf->client_count; i++) {
		started = start_client(settings, &settings->clients[i], old, error);
	}
	return started;
}

/* --- who uses them ----------------------------------------------------------------------- */

static struct settings *settings_share(struct settings *settings)
{
	settings->users++;
	return settings;
}

static void settings_free(struct settings *settings)
{
	for (size_t i = 0; settings->fronts != NULL && i < settings->conf->front_count;
		i++) {
		struct front *front = &settings->fronts[i];
		SSL_CTX_free(front->tls);
		dance_roster_free(front->roster);
		dance_trust_free(front->trust);
		register_free(front->names);
	}
	for (size_t i = 0; settings->clients != NULL && i < settings->conf->client_count;
		i++) {
		struct client *client = &settings->clients[i];
		SSL_CTX_free(client->tls);
		dance_roster_free(client->roster);
		dance_trust_free(client->trust);
		free(client->owner);
	}
	shared_context_leave(&settings->context);
	free(settings->fronts);
	free(settings->clients);
	conf_free(settings->conf);
	free(settings);
}

void settings_release(struct settings *settings)
{
	if (settings != NULL && --settings->users == 0) {
		settings_free(settings);
	}
}

struct front *settings_front(const struct settings *settings, const char *id)
{
	for (size_t i = 0; i < settings->conf->front_count; i++) {
		if (strcmp(settings->fronts[i].conf->id, id) == 0) {
			return &settings->fronts[i];
		}
	}
	return NULL;
}

struct client *settings_client(const struct settings *settings, const char *id)
{
	for (size_t i = 0; i < settings->conf->client_count; i++) {
		if (strcmp(settings->clients[i].conf->id, id) == 0) {
			return &settings->clients[i];
		}
	}
	return NULL;
}

struct settings *settings_current(void)
{
	pthread_mutex_lock(&current.lock);
	struct settings *settings = settings_share(current.settings);
	pthread_mutex_unlock(&current.lock);
	return settings;
}

void settings_install(struct settings *settings)
{
	pthread_mutex_lock(&current.lock);
	struct settings *old = current.settings;
	current.settings = settings;
	pthread_mutex_unlock(&current.lock);
	settings_release(old);
}
