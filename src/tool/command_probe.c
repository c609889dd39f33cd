/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance probe: asks a primary for a zone as a secondary does, and says what is in the way. */

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "credential.h"
#include "fitness.h"
#include "lookup_option.h"
#include "option.h"
#include "owner_name.h"
#include "probe_report.h"
#include "probe_run.h"
#include "probe_target.h"
#include "probe_verdict.h"
#include "resolver_answer.h"
#include "resolver_options.h"
#include "say.h"

static const char help[] =
	"usage: dance probe [--key FILE [--cert FILE] | --raw-key FILE] [--name OWN-NAME]\n"
	"                   [--server-name NAME] [--server-key DIGEST]\n"
	"                   [--resolver ADDR]... [--trust-anchor FILE] [--root-hints FILE]\n"
	"                   [--timeout MS] [--json] SERVER[@PORT] ZONE\n"
	"\n"
	"Ask a primary for a zone over TLS, as the secondary on this machine does, and say step\n"
	"by step what is in the way, and at the end what to do. Key, certificate and name are\n"
	"shown only to a server that DNS proves. The last two steps ask for the zone without\n"
	"them, and must be refused.\n"
	"\n"
	"  --key FILE           the secondary's private key\n"
	"  --cert FILE          its certificate, and those above it (default: one is made\n"
	"                       for the key)\n"
	"  --raw-key FILE       its private key, shown without a certificate where the\n"
	"                       server takes that\n"
	"  --name OWN-NAME      the owner name of its TLSA records\n"
	"  --server-name NAME   the server's host name, if SERVER is an address or another\n"
	"                       name: its TLSA records are at _PORT._tcp.NAME\n"
	"  --server-key DIGEST  trust the server with this key if DNS has no signed records\n"
	"                       of it: the SHA-256 in hex, as in a 3 1 1 record, or in\n"
	"                       base64, as Knot DNS logs it\n"
	"  --resolver ADDR      ask this resolver, ADDR or ADDR@PORT, up to 8 of them\n"
	"                       (default: ask the authoritative servers)\n"
	"  --trust-anchor FILE  default " RESOLVER_TRUST_ANCHOR "\n"
	"  --root-hints FILE    default: the Internet's root servers\n"
	"  --timeout MS         wait at most this long in each step (default and maximum:\n"
	"                       10000)\n"
	"  --json               print one JSON object\n"
	"\n"
	"PORT is 853 if it is not given. A line begins with ok, no, or ? (not found out), the\n"
	"last one with the verdict. Exit status: 0 the transfer works, 1 it does not or the zone\n"
	"is open, 2 not found out.\n";

enum {
	OPTION_RESOLVER = OPTION_FIRST,
	OPTION_TRUST_ANCHOR,
	OPTION_ROOT_HINTS,
	OPTION_KEY,
	OPTION_CERT,
	OPTION_RAW_KEY,
	OPTION_NAME,
	OPTION_SERVER_NAME,
	OPTION_SERVER_KEY,
	OPTION_TIMEOUT,
	OPTION_JSON,
};

static const struct option rows[] = {
	{ "resolver", required_argument, NULL, OPTION_RESOLVER },
	{ "trust-anchor", required_argument, NULL, OPTION_TRUST_ANCHOR },
	{ "root-hints", required_argument, NULL, OPTION_ROOT_HINTS },
	{ "key", required_argument, NULL, OPTION_KEY },
	{ "cert", required_argument, NULL, OPTION_CERT },
	{ "raw-key", required_argument, NULL, OPTION_RAW_KEY },
	{ "name", required_argument, NULL, OPTION_NAME },
	{ "server-name", required_argument, NULL, OPTION_SERVER_NAME },
	{ "server-key", required_argument, NULL, OPTION_SERVER_KEY },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	{ "json", no_argument, NULL, OPTION_JSON },
	OPTION_HELP_ROW,
	OPTION_LAST_ROW,
};
static const struct option_table options = { ":h", rows, OPTION_RESOLVER };

/* The words of the command line, before they can be put together. */
struct words {
	const char *server, *zone, *server_name, *raw_key;
};

static bool take_name(struct probe_request *request, const char *value)
{
	const char *why;
	if (!owner_name_from_text(value, request->name, &why)) {
		say_error("--name '%s': %s", value, why);
		return false;
	}
	return true;
}

static bool take_server_key(struct probe_request *request, const char *value)
{
	request->has_server_key = probe_target_key(value, request->server_key);
	if (!request->has_server_key) {
		say_error("--server-key '%s': must be a SHA-256: 64 hex digits, or 44 characters of base64",
			value);
	}
	return request->has_server_key;
}

static bool take(struct probe_request *request, struct words *given, int found,
	const char *value)
{
	switch (found) {
	case OPTION_RESOLVER:
		return lookup_option_resolver(&request->where, value);
	case OPTION_TRUST_ANCHOR:
		request->where.trust_anchor = value;
		return true;
	case OPTION_ROOT_HINTS:
		request->where.root_hints = value;
		return lookup_option_hints(value);
	case OPTION_KEY:
		request->key_file = value;
		return true;
	case OPTION_CERT:
		request->cert_file = value;
		return true;
	case OPTION_RAW_KEY:
		given->raw_key = value;
		return true;
	case OPTION_NAME:
		return take_name(request, value);
	case OPTION_SERVER_NAME:
		given->server_name = value;
		return true;
	case OPTION_SERVER_KEY:
		return take_server_key(request, value);
	case OPTION_TIMEOUT:
		return lookup_option_timeout(&request->timeout_ms, value);
	case OPTION_JSON:
		request->json = true;
		return true;
	default:
		return false;
	}
}

static bool take_operand(struct words *given, const char *value)
{
	if (given->server == NULL) {
		given->server = value;
	} else if (given->zone == NULL) {
		given->zone = value;
	} else {
		say_error("unexpected argument '%s'", value);
		return false;
	}
	return true;
}

static bool settle_key(struct probe_request *request, const char *raw_key)
{
	if (raw_key != NULL && (request->key_file != NULL || request->cert_file != NULL)) {
		say_error("--raw-key does not go with --key or --cert");
		return false;
	}
	if (request->cert_file != NULL && request->key_file == NULL) {
		say_error("--cert needs --key");
		return false;
	}
	if (raw_key != NULL) {
		request->key_file = raw_key;
		request->raw_key = true;
	}
	return true;
}

static bool settle_server(struct probe_request *request, const struct words *given)
{
	const char *why;
	if (!probe_target_read(given->server, request, &why)) {
		say_error("'%s': %s", given->server, why);
		return false;
	}
	const char *name = given->server_name != NULL ? given->server_name :
		request->is_address                   ? NULL :
							request->host;
	if (name != NULL && !probe_target_name(request, name, &why)) {
		say_error("%s'%s': %s", given->server_name != NULL ? "--server-name " : "",
			name, why);
		return false;
	}
	return true;
}

static bool settle(struct probe *probe, const struct words *given)
{
	const char *why;
	if (given->server == NULL || given->zone == NULL) {
		say_error("missing %s; see --help",
			given->server == NULL ? "server and zone" : "zone");
		return false;
	}
	if (!transfer_init(&probe->zone, given->zone, &why)) {
		say_error("zone '%s': %s", given->zone, why);
		return false;
	}
	return settle_server(&probe->request, given) &&
		settle_key(&probe->request, given->raw_key);
}

/* --- the answer -------------------------------------------------------------------------- */

static bool colours;

static void tell_step(const struct probe *probe, enum probe_step step)
{
	if (!probe->request.json) {
		probe_print_step(stdout, probe, step, colours);
		fflush(stdout);
	}
}

static void warn(const char *fault)
{
	if (fault != NULL) {
		say_warning("%s", fault);
	}
}

/* OpenSSL may reject it as others do: that is told in the same words. */
static const char *fault_of_file(const struct probe_request *request)
{
	struct credential credential;
	char why[DANCE_ERROR_SIZE];
	const char *path = request->cert_file != NULL ? request->cert_file :
							request->key_file;
	bool read = credential_from_file(path, &credential, why);
	const char *fault = read ? fitness_fault(credential.certificate, credential.spki) :
				   NULL;
	credential_clear(&credential);
	return fault;
}

static int answer(struct probe *probe)
{
	struct identity *identity = NULL;
	char why[DANCE_ERROR_SIZE];
	if (probe->request.key_file != NULL) {
		identity = identity_new(&probe->request, why);
		if (identity == NULL) {
			say_error("%s", why);
			warn(fault_of_file(&probe->request));
			return COMMAND_WRONG;
		}
		probe->unfit = fitness_peer_fault(identity_peer(identity));
		warn(probe->unfit);
	}
	colours = probe_wants_colours(stdout);
	bool able = probe_run(probe, identity, tell_step);
	identity_free(identity);
	if (!able) {
		say_error("out of memory");
		return COMMAND_WRONG;
	}
	probe_conclude(probe);
	if (probe->request.json) {
		probe_print_json(stdout, probe);
	} else {
		probe_print_verdict(stdout, probe, colours);
	}
	return probe_status(probe);
}

static int read_words(struct probe *probe, int count, char **words)
{
	struct words given = { NULL, NULL, NULL, NULL };
	int found;
	while ((found = option_next(&options, count, words)) != OPTION_END) {
		if (found == OPTION_HELP) {
			fputs(help, stdout);
			return COMMAND_YES;
		}
		if (!take(&probe->request, &given, found, optarg)) {
			return COMMAND_WRONG;
		}
	}
	for (; optind < count; optind++) {
		if (!take_operand(&given, words[optind])) {
			return COMMAND_WRONG;
		}
	}
	return settle(probe, &given) ? answer(probe) : COMMAND_WRONG;
}

static int run(int count, char **words)
{
	struct probe *probe = calloc(1, sizeof(*probe));
	if (probe == NULL) {
		say_error("out of memory");
		return COMMAND_WRONG;
	}
	probe->request.where.size = sizeof(probe->request.where);
	probe->request.timeout_ms = RESOLVER_DEADLINE_MS;
	int status = read_words(probe, count, words);
	free(probe);
	return status;
}

const struct command command_probe = { "probe", run };
