/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Makes SSL_CTXs and rosters of what the configuration says, and counts who uses them.
 * Knows nothing of connections. */

#include "runtime.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "address.h"
#include "alpn.h"
#include "dance_openssl.h"
#include "dns_context.h"
#include "key_store.h"
#include "keypair.h"
#include "log.h"
#include "stored_key.h"
#include "stream.h"

static struct {
	pthread_mutex_t lock;
	struct runtime *runtime;
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

static struct files files_of_front(const struct conf_front *conf)
{
	return (struct files){ "front", conf->id, conf->cert_file, conf->key_file,
		conf->ca_file };
}

static struct files files_of_client(const struct conf_client *conf)
{
	return (struct files){ "client", conf->id, conf->cert_file, conf->key_file,
		conf->ca_file };
}

/* Its key, or its certificate. */
static bool is_stored(const struct files *files)
{
	return key_store_is_uri(files->key_file) ||
		(files->cert_file != NULL && key_store_is_uri(files->cert_file));
}

static bool load_pair(const struct files *files, SSL_CTX *tls, char error[CONF_ERROR_SIZE])
{
	char what[CONF_ERROR_SIZE / 2];
	return keypair_load(tls, files->cert_file, files->key_file, what, sizeof(what)) ||
		complain(error, files->kind, files->id, what);
}

/* No SSL_CTX: its configuration may lack the default provider. */
static bool complain_of_openssl(const struct files *files, char error[CONF_ERROR_SIZE])
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(code);
	char what[CONF_ERROR_SIZE / 2] = "out of memory";
	if (code != 0 && ERR_GET_REASON(code) != ERR_R_MALLOC_FAILURE && reason != NULL) {
		snprintf(what, sizeof(what),
			"OpenSSL cannot be used (%s); check its configuration (OPENSSL_CONF)",
			reason);
	}
	ERR_clear_error();
	return complain(error, files->kind, files->id, what);
}

static bool load(const struct files *files, const SSL_METHOD *method, SSL_CTX **tls,
	struct dance_trust **trust, char error[CONF_ERROR_SIZE])
{
	*tls = SSL_CTX_new(method);
	if (*tls == NULL) {
		return complain_of_openssl(files, error);
	}
	if (!is_stored(files) && !load_pair(files, *tls, error)) {
		return false;
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

/* Counts the fatal alerts that are sent (RFC 8446 6). */
static void on_info(const SSL *ssl, int where, int code)
{
	struct counts *counts = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	const int sent = SSL_CB_ALERT | SSL_CB_WRITE;
	stored_key_heard(ssl, where, code);
	unsigned alert = (unsigned)code & 0xff;
	if (counts != NULL && (where & sent) == sent && code >> 8 == SSL3_AL_FATAL &&
		alert < COUNTS_ALERTS) {
		counter_add(&counts->alerts[alert], 1);
	}
}

static bool find_counts(struct front *front, const struct conf *conf)
{
	const char *id = front->conf->id;
	front->all_identities = conf->identities;
	front->identity_counts = calloc(conf->identity_count + 1,
		sizeof(front->identity_counts[0]));
	front->counts = counts_get("front", id);
	front->stranger_counts = counts_get_identity(id, "");
	bool found = front->identity_counts != NULL && front->counts != NULL &&
		front->stranger_counts != NULL;
	for (size_t i = 0; found && i < front->conf->identity_count; i++) {
		const struct conf_identity *identity = front->conf->identities[i];
		struct counts_identity *counts = counts_get_identity(id, identity->id);
		front->identity_counts[identity - conf->identities] = counts;
		found = counts != NULL;
	}
	return found;
}

static bool load_front(struct front *front, const struct conf *conf,
	char error[CONF_ERROR_SIZE])
{
	const struct files files = files_of_front(front->conf);
	front->identities = identity_map_new(front->conf->identities,
		front->conf->identity_count);
	if (front->identities == NULL || !find_counts(front, conf)) {
		return complain(error, files.kind, files.id, "out of memory");
	}
	if (!load(&files, TLS_server_method(), &front->tls, &front->trust, error)) {
		return false;
	}
	SSL_CTX_set_app_data(front->tls, front->counts);
	SSL_CTX_set_info_callback(front->tls, on_info);
	return true;
}

static bool load_client(struct client *client, char error[CONF_ERROR_SIZE])
{
	const struct conf_client *conf = client->conf;
	const struct files files = files_of_client(conf);
	/* RFC 6698 3. */
	size_t size = sizeof("_65535._tcp.") + strlen(conf->name);
	client->owner = malloc(size);
	client->counts = counts_get("client", conf->id);
	if (client->owner == NULL || client->counts == NULL) {
		return complain(error, files.kind, files.id, "out of memory");
	}
	snprintf(client->owner, size, "_%u._tcp.%s",
		address_port(&conf->primaries[0].socket), conf->name);
	char what[DANCE_ERROR_SIZE];
	if (!dance_roster_check_name(client->owner, what)) {
		return complain(error, files.kind, files.id, what);
	}
	if (!load(&files, TLS_client_method(), &client->tls, &client->trust, error)) {
		return false;
	}
	SSL_CTX_set_info_callback(client->tls, stored_key_heard);
	if (conf->ca_file != NULL &&
		SSL_CTX_load_verify_file(client->tls, conf->ca_file) != 1) {
		ERR_clear_error();
		return complain(error, files.kind, files.id, "ca-file cannot be loaded");
	}
	return true;
}

struct runtime *runtime_new(struct conf *conf, char error[CONF_ERROR_SIZE])
{
	struct runtime *runtime = calloc(1, sizeof(*runtime));
	if (runtime == NULL) {
		conf_free(conf);
		snprintf(error, CONF_ERROR_SIZE, "out of memory");
		return NULL;
	}
	runtime->users = 1;
	runtime->conf = conf;
	runtime->fronts = calloc(conf->front_count + 1, sizeof(runtime->fronts[0]));
	runtime->clients = calloc(conf->client_count + 1, sizeof(runtime->clients[0]));
	bool loaded = runtime->fronts != NULL && runtime->clients != NULL;
	if (!loaded) {
		snprintf(error, CONF_ERROR_SIZE, "out of memory");
	} else if (SSL_extension_supported(conf->extension) != 0) {
		snprintf(error, CONF_ERROR_SIZE,
			"server: 'extension' is %u, the number of another extension",
			conf->extension);
		loaded = false;
	}
	for (size_t i = 0; loaded && i < conf->front_count; i++) {
		runtime->fronts[i].conf = &conf->fronts[i];
		loaded = load_front(&runtime->fronts[i], conf, error);
	}
	for (size_t i = 0; loaded && i < conf->client_count; i++) {
		runtime->clients[i].conf = &conf->clients[i];
		loaded = load_client(&runtime->clients[i], error);
	}
	if (!loaded) {
		runtime_release(runtime);
		return NULL;
	}
	return runtime;
}

static bool open_store(const struct files *files, SSL_CTX *tls, char error[CONF_ERROR_SIZE])
{
	if (!is_stored(files)) {
		return true;
	}
	if (!load_pair(files, tls, error)) {
		return false;
	}
	return !key_store_is_uri(files->key_file) ||
		stored_key_watch(tls, files->kind, files->id, files->key_file) ||
		complain(error, files->kind, files->id, "out of memory");
}

bool runtime_has_stores(const struct runtime *runtime)
{
	bool any = false;
	for (size_t i = 0; i < runtime->conf->front_count; i++) {
		const struct files files = files_of_front(runtime->fronts[i].conf);
		any = any || is_stored(&files);
	}
	for (size_t i = 0; i < runtime->conf->client_count; i++) {
		const struct files files = files_of_client(runtime->clients[i].conf);
		any = any || is_stored(&files);
	}
	return any;
}

bool runtime_open_stores(struct runtime *runtime, char error[CONF_ERROR_SIZE])
{
	for (size_t i = 0; i < runtime->conf->front_count; i++) {
		const struct files files = files_of_front(runtime->fronts[i].conf);
		if (!open_store(&files, runtime->fronts[i].tls, error)) {
			return false;
		}
	}
	for (size_t i = 0; i < runtime->conf->client_count; i++) {
		const struct files files = files_of_client(runtime->clients[i].conf);
		if (!open_store(&files, runtime->clients[i].tls, error)) {
			return false;
		}
	}
	return true;
}

/* --- rosters: what DNS will be asked --------------------------------------------------- */

static bool start_front(struct runtime *runtime, struct front *front,
	char error[CONF_ERROR_SIZE])
{
	const struct conf_front *conf = front->conf;
	const struct dance_options options = {
		.size = sizeof(options),
		.usages = conf->usages,
		.trust = front->trust,
		.timeout_ms = runtime->conf->common.timeout_ms,
		.max_stale_s = runtime->conf->common.max_stale_s,
		.within = (const char *const *)conf->within,
		.within_count = conf->within_count,
	};
	const char **names = calloc(conf->identity_count, sizeof(*names));
	if (names == NULL) {
		return complain(error, "front", conf->id, "out of memory");
	}
	for (size_t i = 0; i < conf->identity_count; i++) {
		names[i] = conf->identities[i]->name;
	}
	char what[DANCE_ERROR_SIZE];
	front->roster = dance_roster_new(shared_context_get(&runtime->context), names,
		conf->identity_count, &options, what);
	free(names);
	if (front->roster == NULL) {
		return complain(error, "front", conf->id, what);
	}
	bool is_dns = conf->mode == CONF_MODE_DNS;
	bool transfers_only = is_dns && (conf->pass & CONF_PASS_ANY) == 0;
	const struct dance_openssl_options tls = {
		.size = sizeof(tls),
		.extension = runtime->conf->extension,
		.alpn = is_dns ? "dot" : NULL,
		.need_alpn = transfers_only, /* RFC 9103 7.1; RFC 7858 does not ask for it */
		.need_name = conf->require_name,
		.roster = front->roster,
	};
	if (!dance_openssl_arm_server(front->tls, &tls)) {
		ERR_clear_error();
		return complain(error, "front", conf->id, "cannot set up OpenSSL");
	}
	if (!is_dns) {
		alpn_choose_from(front->tls, conf);
		SSL_CTX_set_default_read_buffer_len(front->tls, STREAM_READ_AHEAD);
	}
	return true;
}

unsigned runtime_client_usages(const struct conf_client *conf)
{
	return conf->ca_file == NULL ? DANCE_USAGES_DEFAULT :
				       DANCE_USAGES_DEFAULT | DANCE_PKIX_EE | DANCE_PKIX_TA;
}

static bool start_client(struct runtime *runtime, struct client *client,
	const struct runtime *old, char error[CONF_ERROR_SIZE])
{
	const struct conf_client *conf = client->conf;
	struct client *before = old != NULL ? runtime_client(old, conf->id) : NULL;
	if (before != NULL && before->best < conf->primary_count) {
		atomic_store(&client->best, before->best);
	}
	const struct dance_options options = {
		.size = sizeof(options),
		.usages = runtime_client_usages(conf),
		.role = DANCE_SERVER,
		.trust = client->trust,
		.timeout_ms = runtime->conf->common.timeout_ms,
		.max_stale_s = runtime->conf->common.max_stale_s,
	};
	const char *owner = client->owner;
	char what[DANCE_ERROR_SIZE];
	client->roster = dance_roster_new(shared_context_get(&runtime->context), &owner, 1,
		&options, what);
	if (client->roster == NULL) {
		return complain(error, "client", conf->id, what);
	}
	const struct dance_openssl_options tls = {
		.size = sizeof(tls),
		.extension = runtime->conf->extension,
		.alpn = "dot",
		.roster = client->roster,
		.name = conf->client_name,
		.server_name = client->owner,
		.pkix_host = conf->ca_file != NULL ? conf->name : NULL,
	};
	if (!dance_openssl_arm_client(client->tls, &tls, conf->raw_key)) {
		ERR_clear_error();
		return complain(error, "client", conf->id, "cannot set up OpenSSL");
	}
	return true;
}

/* A client that sends its name waits within its handshake, even if a limit has closed its
 * connection meanwhile. Those who wait must not take all connections: a client of which DNS has
 * told needs one, too. */
static unsigned waiting_max(const struct conf *conf)
{
	unsigned half = conf->max_connections / 2;
	return half > conf->max_handshakes ? half : conf->max_handshakes;
}

bool runtime_start(struct runtime *runtime, const struct runtime *old,
	char error[CONF_ERROR_SIZE])
{
	if (!dns_context_join(&runtime->context, &runtime->conf->common,
		    waiting_max(runtime->conf))) {
		snprintf(error, CONF_ERROR_SIZE, "out of memory");
		return false;
	}
	bool started = true;
	for (size_t i = 0; started && i < runtime->conf->front_count; i++) {
		started = start_front(runtime, &runtime->fronts[i], error);
	}
	for (size_t i = 0; started && i < runtime->conf->client_count; i++) {
		started = start_client(runtime, &runtime->clients[i], old, error);
	}
	return started;
}

/* --- who uses it ----------------------------------------------------------------------- */

static struct runtime *runtime_share(struct runtime *runtime)
{
	runtime->users++;
	return runtime;
}

static void runtime_free(struct runtime *runtime)
{
	for (size_t i = 0; runtime->fronts != NULL && i < runtime->conf->front_count; i++) {
		struct front *front = &runtime->fronts[i];
		SSL_CTX_free(front->tls);
		dance_roster_free(front->roster);
		dance_trust_free(front->trust);
		identity_map_free(front->identities);
		free(front->identity_counts);
	}
	for (size_t i = 0; runtime->clients != NULL && i < runtime->conf->client_count;
		i++) {
		struct client *client = &runtime->clients[i];
		SSL_CTX_free(client->tls);
		dance_roster_free(client->roster);
		dance_trust_free(client->trust);
		free(client->owner);
	}
	shared_context_leave(&runtime->context);
	free(runtime->fronts);
	free(runtime->clients);
	conf_free(runtime->conf);
	free(runtime);
}

void runtime_release(struct runtime *runtime)
{
	if (runtime != NULL && --runtime->users == 0) {
		runtime_free(runtime);
	}
}

struct front *runtime_front(const struct runtime *runtime, const char *id)
{
	for (size_t i = 0; i < runtime->conf->front_count; i++) {
		if (strcmp(runtime->fronts[i].conf->id, id) == 0) {
			return &runtime->fronts[i];
		}
	}
	return NULL;
}

struct client *runtime_client(const struct runtime *runtime, const char *id)
{
	for (size_t i = 0; i < runtime->conf->client_count; i++) {
		if (strcmp(runtime->clients[i].conf->id, id) == 0) {
			return &runtime->clients[i];
		}
	}
	return NULL;
}

struct counts_identity *front_identity_counts(const struct front *front,
	const struct conf_identity *identity)
{
	return identity == NULL ? front->stranger_counts :
				  front->identity_counts[identity - front->all_identities];
}

struct counts_identity *front_name_counts(const struct front *front, const char *name)
{
	return front_identity_counts(front,
		name[0] != '\0' ? identity_map_find(front->identities, name) : NULL);
}

struct runtime *runtime_current(void)
{
	pthread_mutex_lock(&current.lock);
	struct runtime *runtime = runtime_share(current.runtime);
	pthread_mutex_unlock(&current.lock);
	return runtime;
}

void runtime_install(struct runtime *runtime)
{
	pthread_mutex_lock(&current.lock);
	struct runtime *old = current.runtime;
	current.runtime = runtime;
	pthread_mutex_unlock(&current.lock);
	runtime_release(old);
}
