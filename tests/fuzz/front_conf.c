/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-front.conf. Input: the file. What is wrong has a sentence; what is accepted is in its
 * bounds, is what the core accepts, and is the same when it is written and read again. */

#include "conf/conf.h"
#include "conf_file.h"

#include <ctype.h>
#include <string.h>

#include "input.h"
#include "resolver.h"
#include "target.h"

/* --- writing ------------------------------------------------------------------------- */

static void print_text(FILE *out, const char *item, const char *text)
{
	if (text == NULL) {
		return;
	}
	fprintf(out, "    %s: \"", item);
	for (; *text != '\0'; text++) {
		if (*text == '"') {
			putc('\\', out);
		}
		putc(*text, out);
	}
	fprintf(out, "\"\n");
}

static void print_addresses(FILE *out, const char *item, const struct address *addresses,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		print_text(out, item, addresses[i].text);
	}
}

/* The words of these bits. */
static void print_bits(FILE *out, const char *item, unsigned bits,
	const char *const words[4])
{
	for (unsigned i = 0; i < 4; i++) {
		if ((bits >> i & 1) != 0) {
			print_text(out, item, words[i]);
		}
	}
}

static const char *const passes[] = { "transfer", "notify", "update", "any" };
static const char *const proxies[] = { "off", "on", "tls" };
static const char *const usages[] = { "pkix-ta", "pkix-ee", "dane-ta", "dane-ee" };

static void print_single(FILE *out, const struct conf *conf)
{
	static const char *const levels[] = { "error", "warning", "notice", "info",
		"debug" };
	fprintf(out, "server:\n");
	print_text(out, "user", conf->common.user);
	fprintf(out,
		"    max-connections: %u\n    max-handshakes: %u\n"
		"    max-per-address: %u\n    max-per-identity: %u\n"
		"    handshake-timeout: %u\n    idle-timeout: %u\n"
		"    answer-timeout: %u\n    extension: %u\n",
		conf->max_connections, conf->max_handshakes, conf->max_per_address,
		conf->max_per_identity, conf->handshake_timeout_s, conf->idle_timeout_s,
		conf->answer_timeout_s, conf->extension);
	fprintf(out, "log:\n    target: %s\n    level: %s\ndns:\n",
		conf->common.log_syslog ? "syslog" : "stderr",
		levels[conf->common.log_level]);
	print_text(out, "trust-anchor", conf->common.trust_anchor);
	print_text(out, "root-hints", conf->common.root_hints);
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		print_text(out, "resolver", conf->common.forwarders[i]);
	}
	fprintf(out, "    timeout: %u\n    max-stale: %u\n", conf->common.timeout_ms,
		conf->common.max_stale_s);
}

static void print_front(FILE *out, const struct conf_front *front)
{
	bool is_stream = front->mode == CONF_MODE_STREAM;
	fprintf(out, "  - id: %s\n", front->id);
	print_text(out, "mode", is_stream ? "stream" : "dns");
	print_addresses(out, "listen", front->listen, front->listen_count);
	for (size_t i = 0; i < front->alpn_count; i++) {
		print_text(out, "alpn", front->alpn[i]);
	}
	print_text(out, "cert-file", front->cert_file);
	print_text(out, "key-file", front->key_file);
	print_text(out, "server", front->server.text);
	print_text(out, "proxy", proxies[front->proxy]);
	if (is_stream && front->proxy != CONF_PROXY_OFF) {
		print_text(out, "source", front->source_identity ? "identity" : "client");
	}
	if (is_stream) {
		print_text(out, "recheck", front->recheck ? "on" : "off");
	}
	if (front->idle_timeout_s != 0) {
		fprintf(out, "    idle-timeout: %u\n", front->idle_timeout_s);
	}
	for (size_t i = 0; i < front->identity_count; i++) {
		print_text(out, "identity", front->identities[i]->id);
	}
	print_bits(out, "pass", front->pass, passes);
	print_bits(out, "usage", front->usages, usages);
	print_text(out, "ca-file", front->ca_file);
	print_text(out, "require-name", front->require_name ? "on" : "off");
}

static void print_client(FILE *out, const struct conf_client *client)
{
	fprintf(out, "  - id: %s\n", client->id);
	print_addresses(out, "listen", client->listen, client->listen_count);
	print_addresses(out, "primary", client->primaries, client->primary_count);
	print_text(out, "name", client->name);
	print_text(out, "client-name", client->client_name);
	print_text(out, "cert-file", client->cert_file);
	print_text(out, "key-file", client->key_file);
	print_text(out, "raw-key", client->raw_key ? "on" : "off");
	print_text(out, "ca-file", client->ca_file);
	print_bits(out, "pass", client->pass, passes);
}

static char *print(const struct conf *conf, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);
	must(out != NULL);
	print_single(out, conf);
	fprintf(out, "identity:\n");
	for (size_t i = 0; i < conf->identity_count; i++) {
		fprintf(out, "  - id: %s\n", conf->identities[i].id);
		print_text(out, "name", conf->identities[i].name);
		print_addresses(out, "address", &conf->identities[i].address,
			conf->identities[i].address.size != 0);
	}
	fprintf(out, "front:\n");
	for (size_t i = 0; i < conf->front_count; i++) {
		print_front(out, &conf->fronts[i]);
	}
	fprintf(out, "client:\n");
	for (size_t i = 0; i < conf->client_count; i++) {
		print_client(out, &conf->clients[i]);
	}
	fclose(out);
	return text;
}

/* --- looking ------------------------------------------------------------------------- */

static void check_name(const char *name, bool pattern)
{
	char error[DANCE_ERROR_SIZE];
	must(dance_roster_check_name(name, error));
	must(name[strlen(name) - 1] != '.');
	must(pattern || name[0] != '*');
	for (; *name != '\0'; name++) {
		must(!isupper((unsigned char)*name));
	}
}

static void check_addresses(const struct address *addresses, size_t count)
{
	must(count >= 1 && count <= 64);
	for (size_t i = 0; i < count; i++) {
		const char *at = strchr(addresses[i].text, '@');
		must(at != NULL && at[1] >= '1' && at[1] <= '9');
	}
}

static void check_server(const struct endpoint *server)
{
	const char *at = strchr(server->text, '@');
	must(endpoint_is_path(server) == (server->text[0] == '/'));
	must(server->text[0] == '/' || (at != NULL && at[1] >= '1' && at[1] <= '9'));
	must(strlen(server->text) <= 107 && server->size <= sizeof(server->socket));
}

/* What its mode makes of the rest. */
static void check_mode(const struct conf_front *front)
{
	bool is_path = front->server.text[0] == '/';
	if (front->mode == CONF_MODE_DNS) {
		must(!is_path && front->proxy <= CONF_PROXY_ON && front->source_identity);
		must(front->alpn_count == 0 && !front->recheck);
		must(front->pass != 0 && front->pass <= 0xf);
		return;
	}
	must(front->mode == CONF_MODE_STREAM);
	must(front->pass == 0);
	must(front->alpn_count <= 16);
	for (size_t i = 0; i < front->alpn_count; i++) {
		must(front->alpn[i][0] != '\0' && strlen(front->alpn[i]) <= 255);
	}
	must(front->proxy <= CONF_PROXY_TLS);
	must(front->proxy != CONF_PROXY_OFF || front->source_identity == !is_path);
}

static void check_front(const struct conf *conf, const struct conf_front *front)
{
	check_addresses(front->listen, front->listen_count);
	check_server(&front->server);
	check_mode(front);
	must(front->idle_timeout_s <= 86400);
	must(front->identity_count >= 1 && front->identity_count <= conf->identity_count);
	for (size_t i = 0; i < front->identity_count; i++) {
		must(front->identities[i] >= conf->identities);
		must(front->identities[i] < conf->identities + conf->identity_count);
		must(!front->source_identity || front->identities[i]->address.size != 0);
	}
	must(front->usages != 0 && front->usages <= 0xf);
	must((front->ca_file != NULL) ==
		((front->usages & (DANCE_PKIX_TA | DANCE_PKIX_EE)) != 0));
	must(*front->key_file != '\0');
}

static void check_client(const struct conf_client *client)
{
	check_addresses(client->listen, client->listen_count);
	check_addresses(client->primaries, client->primary_count);
	for (size_t i = 0; i < client->listen_count; i++) {
		must(strncmp(client->listen[i].text, "127.", 4) == 0 ||
			strncmp(client->listen[i].text, "::1@", 4) == 0);
	}
	check_name(client->name, false);
	if (client->client_name != NULL) {
		check_name(client->client_name, false);
	}
	must(client->pass != 0 && client->pass <= 0xf);
	must(*client->key_file != '\0');
}

static void check_accepted(const struct conf *conf)
{
	must(conf->front_count <= 64 && conf->client_count <= 64);
	must(conf->front_count + conf->client_count >= 1);
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		must(conf->common.forwarders[i] == NULL ||
			resolver_check_forwarder(conf->common.forwarders[i]));
	}
	for (size_t i = 0; i < conf->identity_count; i++) {
		check_name(conf->identities[i].name, true);
		must(strchr(conf->identities[i].address.text, '@') == NULL);
	}
	for (size_t i = 0; i < conf->front_count; i++) {
		check_front(conf, &conf->fronts[i]);
	}
	for (size_t i = 0; i < conf->client_count; i++) {
		check_client(&conf->clients[i]);
	}
}

static void check_refused(const char *error)
{
	must(memchr(error, '\0', CONF_ERROR_SIZE) != NULL);
	must(error[0] == 'f' && error[1] == ':' && strlen(error) > 4);
	for (; *error != '\0'; error++) {
		must(isprint((unsigned char)*error));
	}
}

/* What was left out is written, so it may be too long. */
static void check_again(const struct conf *conf)
{
	char error[CONF_ERROR_SIZE];
	size_t size, again_size;
	char *text = print(conf, &size);
	if (size <= CONF_SIZE_MAX) {
		struct conf *again = conf_parse("f", text, size, error);
		must(again != NULL);
		check_accepted(again);
		char *again_text = print(again, &again_size);
		must(size == again_size && memcmp(text, again_text, size) == 0);
		free(again_text);
		conf_free(again);
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct dance_octets text = input_copy(&input, data, size);
	char error[CONF_ERROR_SIZE];
	memset(error, 'x', sizeof(error));
	struct conf *conf = conf_parse("f", (const char *)text.data, text.size, error);
	input_end(&input); /* what is read lives by itself */
	if (conf != NULL) {
		must(error[0] == '\0');
		check_accepted(conf);
		check_again(conf);
	} else {
		check_refused(error);
	}
	conf_free(conf);
	return 0;
}
