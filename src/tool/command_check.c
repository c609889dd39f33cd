/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance check: what a verifier would see at a name now, and say of a chain. */

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ancestry.h"
#include "command.h"
#include "credential.h"
#include "file.h"
#include "finding.h"
#include "judgement.h"
#include "lookup_option.h"
#include "moment.h"
#include "option.h"
#include "owner_name.h"
#include "resolver_options.h"
#include "say.h"
#include "server_conf.h"
#include "survey.h"

static const char help[] =
	"usage: dance check [--resolver ADDR]... [--trust-anchor FILE] [--root-hints FILE]\n"
	"                   [--usage LIST] [--ca-file FILE] [--timeout MS] [--json]\n"
	"                   [--raw-key] [--warn SPAN [--roll]] NAME [CHAIN.pem]\n"
	"       dance check --config FILE [OPTION]... [NAME [CHAIN.pem]]\n"
	"\n"
	"Look up the TLSA records of a name as a verifier does, validate them from the root of\n"
	"DNS down, show which can be used, and judge a certificate chain by them.\n"
	"\n"
	"  --resolver ADDR      ask this resolver, ADDR or ADDR@PORT, up to 8 of them\n"
	"                       (default: ask the authoritative servers)\n"
	"  --trust-anchor FILE  default " RESOLVER_TRUST_ANCHOR "\n"
	"  --root-hints FILE    default: the Internet's root servers\n"
	"  --usage LIST         count only these, for example dane-ee,dane-ta\n"
	"                       (default: all)\n"
	"  --ca-file FILE       the CAs for pkix-ta and pkix-ee, which are unusable\n"
	"                       without\n"
	"  --timeout MS         wait at most this long (default and maximum: 10000)\n"
	"  --json               print one JSON object\n"
	"  --raw-key            CHAIN.pem is one public key\n"
	"  --config FILE        look up as the knotd, dance-front or dance-ask with this\n"
	"                       configuration does; without NAME all the names that it\n"
	"                       permits, those on its lists included\n"
	"  --warn SPAN          also look at the zones above, and warn if a signature ends\n"
	"                       within this time, such as 3d (units: s, m, h, d, w)\n"
	"  --roll               with --warn: a roll of the key is due or under way\n"
	"\n"
	"The first word of the output is secure, no-tlsa, insecure, bogus, lookup, timeout\n"
	"or not-ready. CHAIN.pem may be - for standard input. Exit status: 0 allowed\n"
	"(without a chain: there is a usable record), 1 denied, 2 no decision; with --warn,\n"
	"3 if it is allowed now and a warning of --warn says that this may end.\n";

enum {
	OPTION_RESOLVER = OPTION_FIRST,
	OPTION_TRUST_ANCHOR,
	OPTION_ROOT_HINTS,
	OPTION_USAGE,
	OPTION_CA_FILE,
	OPTION_TIMEOUT,
	OPTION_JSON,
	OPTION_RAW_KEY,
	OPTION_WARN,
	OPTION_ROLL,
	OPTION_CONFIG,
};

static const struct option rows[] = {
	{ "resolver", required_argument, NULL, OPTION_RESOLVER },
	{ "trust-anchor", required_argument, NULL, OPTION_TRUST_ANCHOR },
	{ "root-hints", required_argument, NULL, OPTION_ROOT_HINTS },
	{ "usage", required_argument, NULL, OPTION_USAGE },
	{ "ca-file", required_argument, NULL, OPTION_CA_FILE },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "raw-key", no_argument, NULL, OPTION_RAW_KEY },
	{ "warn", required_argument, NULL, OPTION_WARN },
	{ "roll", no_argument, NULL, OPTION_ROLL },
	{ "config", required_argument, NULL, OPTION_CONFIG },
	OPTION_HELP_ROW,
	OPTION_LAST_ROW,
};
static const struct option_table options = { ":h", rows, OPTION_RESOLVER };

struct request {
	struct dance_context_options where;
	struct dance_options options;
	const char *usages;
	const char *ca_file;
	unsigned timeout_ms;
	bool json;
	bool raw_key;
	const char *config;
	struct forecast_wish wish; /* of span 0: none */
	bool has_owner;
	char owner[DANCE_NAME_SIZE];
	const char *path;
};

static bool take_operand(struct request *request, const char *value)
{
	const char *why;
	if (request->has_owner) {
		if (request->path != NULL) {
			say_error("unexpected argument '%s'", value);
			return false;
		}
		request->path = value;
		return true;
	}
	request->has_owner = owner_name_from_text(value, request->owner, &why);
	if (!request->has_owner) {
		say_error("'%s': %s", value, why);
	}
	return request->has_owner;
}

static bool take(struct request *request, int found, const char *value)
{
	switch (found) {
	case OPTION_RESOLVER:
		return lookup_option_resolver(&request->where, value);
	case OPTION_TRUST_ANCHOR:
		request->where.trust_anchor = value;
		return true;
	case OPTION_ROOT_HINTS:
		request->where.root_hints = value;
		return true;
	case OPTION_USAGE:
		request->usages = value;
		return true;
	case OPTION_CA_FILE:
		request->ca_file = value;
		return true;
	case OPTION_TIMEOUT:
		return lookup_option_timeout(&request->timeout_ms, value);
	case OPTION_JSON:
		request->json = true;
		return true;
	case OPTION_RAW_KEY:
		request->raw_key = true;
		return true;
	case OPTION_WARN:
		if (!moment_span_from_text(value, &request->wish.span)) {
			say_error("--warn '%s': must be a number and a unit of s, m, h, d and w, such as 3d",
				value);
			return false;
		}
		return true;
	case OPTION_CONFIG:
		request->config = value;
		return true;
	case OPTION_ROLL:
		request->wish.roll = true;
		return true;
	default:
		return false;
	}
}

static int look(const struct request *request, const struct chain *chain)
{
	const struct dance_peer peer = {
		.size = sizeof(peer),
		.chain = chain->entries,
		.chain_count = chain->count,
		.raw_key = request->raw_key,
	};
	struct finding *finding = calloc(1, sizeof(*finding));
	if (finding == NULL) {
		say_error("out of memory");
		return COMMAND_WRONG;
	}
	lookup_make(&finding->lookup, &request->where, request->owner, request->timeout_ms);
	finding->name = request->owner;
	finding->expires = time(NULL) + finding->lookup.ttl;
	finding->cached = request->where.forwarders[0] != NULL;
	const struct dance_peer *shown = request->path != NULL ? &peer : NULL;
	struct forecast forecast = { .count = 0 };
	struct ancestry ancestry;
	finding_judge(finding, shown, &request->options);
	if (request->wish.span != 0 && finding->verdict == DANCE_ALLOW) {
		ancestry_look_up(&ancestry, &request->where, request->owner,
			request->timeout_ms);
		finding_look_ahead(finding, &forecast, &request->wish, &ancestry,
			&request->where);
	}
	if (request->json) {
		finding_print_json(stdout, finding);
	} else {
		finding_print(stdout, finding);
	}
	int status = forecast.count != 0 ? COMMAND_WARNED :
					   judgement_status(finding->verdict);
	finding_clear(finding);
	lookup_clear(&finding->lookup);
	free(finding);
	return status;
}

/* The names of a section, or a name that was asked for as that section has it. */
struct task {
	const struct request *request;
	const struct chain *chain;
};

static int look_as(void *arg, const struct server_conf *section)
{
	const struct task *task = arg;
	struct request request = *task->request;
	if (!request.has_owner) {
		const struct survey_wish wish = { request.timeout_ms, request.json,
			request.wish };
		return survey_section(section, &wish);
	}
	char why[DANCE_ERROR_SIZE];
	struct dance_trust *trust = section->ca_file != NULL ?
		dance_trust_new(section->ca_file, why) :
		NULL;
	if (section->ca_file != NULL && trust == NULL) {
		say_error("%s", why);
		return COMMAND_WRONG;
	}
	request.where = section->where;
	request.options = section->options;
	request.options.trust = trust;
	int status = look(&request, task->chain);
	dance_trust_free(trust);
	return status;
}

static bool is_complete(const struct request *request)
{
	if (!request->has_owner && request->config == NULL) {
		say_error("missing name; see --help");
		return false;
	}
	if (request->config != NULL &&
		(request->where.forwarders[0] != NULL ||
			request->where.trust_anchor != NULL ||
			request->where.root_hints != NULL || request->usages != NULL ||
			request->ca_file != NULL)) {
		say_error("--config says how to look up and what counts: leave out --resolver, --trust-anchor, --root-hints, --usage and --ca-file");
		return false;
	}
	if (request->raw_key && request->path == NULL) {
		say_error("--raw-key needs a file");
		return false;
	}
	if (request->wish.roll && request->wish.span == 0) {
		say_error("--roll needs --warn");
		return false;
	}
	return lookup_option_hints(request->where.root_hints);
}

static int answer(struct request *request)
{
	struct dance_trust *trust;
	if (!is_complete(request)) {
		return COMMAND_WRONG;
	}
	if (!judgement_options(&request->options, request->usages, request->ca_file,
		    &trust)) {
		return COMMAND_WRONG;
	}
	struct chain chain = { .count = 0 };
	char why[DANCE_ERROR_SIZE];
	int status = COMMAND_WRONG;
	if (request->path == NULL ||
		chain_from_file(request->path, request->raw_key, &chain, why)) {
		struct task task = { request, &chain };
		status = request->config != NULL ?
			server_conf_read(request->config, look_as, &task) :
			look(request, &chain);
	} else {
		say_error("%s: %s", file_name(request->path), why);
	}
	chain_clear(&chain);
	dance_trust_free(trust);
	return status;
}

static int run(int count, char **words)
{
	struct request request = { .where.size = sizeof(request.where),
		.options.size = sizeof(request.options),
		.timeout_ms = RESOLVER_DEADLINE_MS };
	int found;
	while ((found = option_next(&options, count, words)) != OPTION_END) {
		if (found == OPTION_HELP) {
			fputs(help, stdout);
			return COMMAND_YES;
		}
		if (!take(&request, found, optarg)) {
			return COMMAND_WRONG;
		}
	}
	for (; optind < count; optind++) {
		if (!take_operand(&request, words[optind])) {
			return COMMAND_WRONG;
		}
	}
	return answer(&request);
}

const struct command command_check = { "check", run };
