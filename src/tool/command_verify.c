/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance verify: judges a chain by records given, without DNS. */

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "credential.h"
#include "file.h"
#include "judgement.h"
#include "moment.h"
#include "option.h"
#include "owner_name.h"
#include "record.h"
#include "say.h"

static const char help[] =
	"usage: dance verify [--name NAME] [--role client|server] [--usage LIST]\n"
	"                    [--ca-file FILE] [--at TIME] [--raw-key]\n"
	"                    --tlsa \"U S M HEX\" [--tlsa ...] CHAIN.pem\n"
	"\n"
	"Judge a certificate chain (the leaf first) by TLSA records, without DNS.\n"
	"\n"
	"  --tlsa RECORD      a record, such as \"3 1 1 f146593d...\"; repeat for each record\n"
	"  --name NAME        the name at which the records are published; for usages\n"
	"                     0, 1, 2 the certificate must contain it\n"
	"  --role ROLE        client (default) or server\n"
	"  --usage LIST       count only these, for example dane-ee,dane-ta\n"
	"                     (default: all)\n"
	"  --ca-file FILE     the CAs for pkix-ta and pkix-ee, which are unusable\n"
	"                     without\n"
	"  --at TIME          judge dates at this time: seconds since 1970, or\n"
	"                     2026-11-22T12:00:00Z\n"
	"  --raw-key          CHAIN.pem is one public key\n"
	"\n"
	"The first word of the output is allow, mismatch, chain, unusable or credential.\n"
	"CHAIN.pem may be - for standard input. Exit status: 0 allowed, 1 denied,\n"
	"2 no decision.\n";

enum {
	OPTION_NAME = OPTION_FIRST,
	OPTION_ROLE,
	OPTION_USAGE,
	OPTION_CA_FILE,
	OPTION_AT,
	OPTION_RAW_KEY,
	OPTION_TLSA,
};

static const struct option rows[] = {
	{ "name", required_argument, NULL, OPTION_NAME },
	{ "role", required_argument, NULL, OPTION_ROLE },
	{ "usage", required_argument, NULL, OPTION_USAGE },
	{ "ca-file", required_argument, NULL, OPTION_CA_FILE },
	{ "at", required_argument, NULL, OPTION_AT },
	{ "raw-key", no_argument, NULL, OPTION_RAW_KEY },
	{ "tlsa", required_argument, NULL, OPTION_TLSA },
	OPTION_HELP_ROW,
	OPTION_LAST_ROW,
};
static const struct option_table options = { ":h", rows, OPTION_TLSA };

struct request {
	char owner[DANCE_NAME_SIZE];
	bool has_owner;
	struct dance_options options;
	const char *usages;
	const char *ca_file;
	bool raw_key;
	const char *path;
	struct dance_tlsa *records; /* owned, as is their data */
	size_t count;
};

static bool take_name(struct request *request, const char *value)
{
	const char *why;
	request->has_owner = owner_name_from_text(value, request->owner, &why);
	if (!request->has_owner) {
		say_error("--name '%s': %s", value, why);
	}
	return request->has_owner;
}

static bool take_role(struct request *request, const char *value)
{
	if (strcmp(value, "client") == 0) {
		request->options.role = DANCE_CLIENT;
	} else if (strcmp(value, "server") == 0) {
		request->options.role = DANCE_SERVER;
	} else {
		say_error("--role '%s': must be client or server", value);
		return false;
	}
	return true;
}

static bool take_moment(struct request *request, const char *value)
{
	if (!moment_from_text(value, &request->options.at)) {
		say_error("--at '%s': must be seconds since 1970, more than 0, or a date such as 2026-11-22T12:00:00Z",
			value);
		return false;
	}
	return true;
}

static bool take_record(struct request *request, const char *value)
{
	char why[DANCE_ERROR_SIZE];
	if (!record_from_text(value, &request->records[request->count], why)) {
		say_error("--tlsa '%.100s': %s", value, why);
		return false;
	}
	request->count++;
	return true;
}

static bool take_path(struct request *request, const char *value)
{
	if (request->path != NULL) {
		say_error("unexpected argument '%s'", value);
		return false;
	}
	request->path = value;
	return true;
}

static bool take(struct request *request, int found, const char *value)
{
	switch (found) {
	case OPTION_NAME:
		return take_name(request, value);
	case OPTION_ROLE:
		return take_role(request, value);
	case OPTION_USAGE:
		request->usages = value;
		return true;
	case OPTION_CA_FILE:
		request->ca_file = value;
		return true;
	case OPTION_AT:
		return take_moment(request, value);
	case OPTION_RAW_KEY:
		request->raw_key = true;
		return true;
	case OPTION_TLSA:
		return take_record(request, value);
	default:
		return false;
	}
}

static bool is_complete(const struct request *request)
{
	if (request->path == NULL) {
		say_error("missing file with a certificate chain; see --help");
		return false;
	}
	if (request->count == 0) {
		say_error("missing record (--tlsa); see --help");
		return false;
	}
	return true;
}

static int judge(const struct request *request, const struct chain *chain)
{
	const struct dance_peer peer = {
		.size = sizeof(peer),
		.chain = chain->entries,
		.chain_count = chain->count,
		.raw_key = request->raw_key,
	};
	struct judgement judgement;
	judgement_make(&judgement, &peer, request->has_owner ? request->owner : NULL,
		request->records, request->count, &request->options);
	const struct dance_result *result = &judgement.result;
	judgement_print(stdout, &judgement);
	if (result->verdict != DANCE_ALLOW && result->has_key) {
		fputs("the key shown is TLSA 3 1 1 ", stdout);
		record_print_data(stdout,
			(struct dance_octets){
				result->key_sha256, sizeof(result->key_sha256) });
		fputc('\n', stdout);
	}
	return judgement_status(result->verdict);
}

static int judge_file(const struct request *request)
{
	struct chain chain;
	char why[DANCE_ERROR_SIZE];
	int status = COMMAND_WRONG;
	if (chain_from_file(request->path, request->raw_key, &chain, why)) {
		status = judge(request, &chain);
	} else {
		say_error("%s: %s", file_name(request->path), why);
	}
	chain_clear(&chain);
	return status;
}

static int answer(struct request *request)
{
	struct dance_trust *trust;
	if (!is_complete(request) ||
		!judgement_options(&request->options, request->usages, request->ca_file,
			&trust)) {
		return COMMAND_WRONG;
	}
	int status = judge_file(request);
	dance_trust_free(trust);
	return status;
}

static int read_words(struct request *request, int count, char **words)
{
	int found;
	while ((found = option_next(&options, count, words)) != OPTION_END) {
		if (found == OPTION_HELP) {
			fputs(help, stdout);
			return COMMAND_YES;
		}
		if (!take(request, found, optarg)) {
			return COMMAND_WRONG;
		}
	}
	for (; optind < count; optind++) {
		if (!take_path(request, words[optind])) {
			return COMMAND_WRONG;
		}
	}
	return answer(request);
}

static int run(int count, char **words)
{
	struct request request = { .options.size = sizeof(request.options),
		.records = calloc((size_t)count, sizeof(request.records[0])) };
	if (request.records == NULL) {
		say_error("out of memory");
		return COMMAND_WRONG;
	}
	int status = read_words(&request, count, words);
	for (size_t i = 0; i < request.count; i++) {
		record_clear(&request.records[i]);
	}
	free(request.records);
	return status;
}

const struct command command_verify = { "verify", run };
