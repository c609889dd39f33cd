/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance tlsa: the records to publish of a certificate or key. */

#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "credential.h"
#include "file.h"
#include "fitness.h"
#include "key.h"
#include "option.h"
#include "owner_name.h"
#include "peer.h"
#include "record.h"
#include "say.h"
#include "tlsa.h"

static const char help[] =
	"usage: dance tlsa [--name OWNER] [--usage U] [--selector S] [--matching M]\n"
	"                  [--ttl T] FILE... | --pin BASE64\n"
	"\n"
	"Print the TLSA record to publish for the certificate, public key or private key\n"
	"(PEM) in each FILE; - is standard input.\n"
	"\n"
	"  --name OWNER       the name at which to publish it\n"
	"  --ttl T            its TTL in seconds\n"
	"  --usage U          3 or dane-ee (default), 2 or dane-ta, 1 or pkix-ee,\n"
	"                     0 or pkix-ta\n"
	"  --selector S       1 or spki (default), 0 or cert\n"
	"  --matching M       1 or sha256 (default), 2 or sha512, 0 or full\n"
	"  --pin BASE64       instead of a file, a key's SHA-256 as Knot DNS prints it;\n"
	"                     makes 3 1 1 only\n"
	"\n"
	"Exit status: 0 success, 2 failure.\n";

enum {
	OPTION_NAME = OPTION_FIRST,
	OPTION_USAGE,
	OPTION_SELECTOR,
	OPTION_MATCHING,
	OPTION_TTL,
	OPTION_PIN,
};

static const struct option rows[] = {
	{ "name", required_argument, NULL, OPTION_NAME },
	{ "usage", required_argument, NULL, OPTION_USAGE },
	{ "selector", required_argument, NULL, OPTION_SELECTOR },
	{ "matching", required_argument, NULL, OPTION_MATCHING },
	{ "ttl", required_argument, NULL, OPTION_TTL },
	{ "pin", required_argument, NULL, OPTION_PIN },
	OPTION_HELP_ROW,
	OPTION_LAST_ROW,
};
static const struct option_table options = { ":h", rows, 0 };

/* A TTL is of 31 bits (RFC 2181 8). */
#define TTL_MAX 0x7fffffff

struct request {
	char owner[DANCE_NAME_SIZE + 2];
	long ttl; /* -1: not given */
	struct dance_tlsa kind;
	const char *pin;
	char **paths;
	size_t count;
};

/* A record may be published for all names below one (RFC 4592), and only there may an
 * asterisk stand. */
static bool take_name(struct request *request, const char *value)
{
	const char *why;
	size_t star = strncmp(value, "*.", 2) == 0 ? 2 : 0;
	memcpy(request->owner, value, star);
	if (!owner_name_from_text(value + star, request->owner + star, &why) ||
		strlen(request->owner) >= DANCE_NAME_SIZE) {
		say_error("--name '%s': %s", value,
			why != NULL ? why : "the name is too long");
		return false;
	}
	return true;
}

static bool take_ttl(struct request *request, const char *value)
{
	char *end;
	request->ttl = strtol(value, &end, 10);
	if (*value < '0' || *value > '9' || *end != '\0' || request->ttl > TTL_MAX) {
		say_error("--ttl '%s': must be seconds, 0 to %d", value, TTL_MAX);
		return false;
	}
	return true;
}

static bool take_kind(bool (*read)(const char *text, uint8_t *value), const char *option,
	const char *words, const char *value, uint8_t *field)
{
	if (!read(value, field)) {
		say_error("%s '%s': must be one of %s, or its number", option, value,
			words);
		return false;
	}
	return true;
}

static bool take(struct request *request, int found, const char *value)
{
	switch (found) {
	case OPTION_NAME:
		return take_name(request, value);
	case OPTION_TTL:
		return take_ttl(request, value);
	case OPTION_USAGE:
		return take_kind(record_usage, "--usage",
			"pkix-ta, pkix-ee, dane-ta, dane-ee", value, &request->kind.usage);
	case OPTION_SELECTOR:
		return take_kind(record_selector, "--selector", "cert, spki", value,
			&request->kind.selector);
	case OPTION_MATCHING:
		return take_kind(record_matching, "--matching", "full, sha256, sha512",
			value, &request->kind.matching);
	case OPTION_PIN:
		request->pin = value;
		return true;
	default:
		return false;
	}
}

static bool is_complete(const struct request *request)
{
	const struct dance_tlsa *kind = &request->kind;
	if (request->ttl >= 0 && request->owner[0] == '\0') {
		say_error("--ttl needs --name");
		return false;
	}
	if (request->pin == NULL && request->count == 0) {
		say_error("missing file with a certificate or key, or --pin; see --help");
		return false;
	}
	if (request->pin == NULL) {
		return true;
	}
	if (request->count != 0) {
		say_error("give either a file or --pin, not both");
		return false;
	}
	if (kind->usage != TLSA_DANE_EE || kind->selector != TLSA_SPKI ||
		kind->matching != TLSA_SHA256) {
		say_error("a pin makes a 3 1 1 record only, not %u %u %u", kind->usage,
			kind->selector, kind->matching);
		return false;
	}
	return true;
}

static bool print(const struct request *request, struct dance_octets data)
{
	struct dance_tlsa record = request->kind;
	record.data = data.data;
	record.size = data.size;
	if (data.size > RECORD_DATA_MAX) {
		say_error("too long for a record: use --matching sha256 or sha512");
		return false;
	}
	if (request->owner[0] != '\0') {
		printf("%s. ", request->owner);
		if (request->ttl >= 0) {
			printf("%ld ", request->ttl);
		}
		fputs("IN ", stdout);
	}
	record_print(stdout, &record);
	fputc('\n', stdout);
	return true;
}

static bool print_pin(const struct request *request)
{
	gnutls_datum_t text = { (unsigned char *)(uintptr_t)request->pin,
		(unsigned)strlen(request->pin) };
	gnutls_datum_t pin = { NULL, 0 };
	if (strpbrk(request->pin, " \t\r\n") != NULL ||
		gnutls_base64_decode2(&text, &pin) != 0) {
		say_error("--pin '%.100s': must be base64, 44 characters with = at the end",
			request->pin);
		return false;
	}
	bool done = pin.size == TLSA_SHA256_SIZE;
	if (done) {
		done = print(request, (struct dance_octets){ pin.data, pin.size });
	} else {
		say_error("--pin '%.100s': must hold the %d octets of a SHA-256, not %u",
			request->pin, TLSA_SHA256_SIZE, pin.size);
	}
	gnutls_free(pin.data);
	return done;
}

static void warn(const struct dance_tlsa *kind, const struct credential *credential)
{
	bool end_entity = kind->usage == TLSA_DANE_EE || kind->usage == TLSA_PKIX_EE;
	if (end_entity && kind->selector == TLSA_CERTIFICATE) {
		say_warning("a %u 0 %u record must change whenever the certificate is renewed; %u 1 %u lasts as long as the key",
			kind->usage, kind->matching, kind->usage, kind->matching);
	}
	const char *fault = end_entity ?
		fitness_fault(credential->certificate, credential->spki) :
		NULL;
	if (fault != NULL) {
		say_warning("%s", fault);
	}
	if (!end_entity && credential->certificates > 1) {
		say_warning("the file has %zu certificates; the record is for the first",
			credential->certificates);
	}
}

/* The data is what the verifier would want to see for such a credential. */
static bool print_credential(const struct request *request, const char *path,
	const struct credential *credential)
{
	const struct dance_tlsa *kind = &request->kind;
	const struct dance_peer shown = {
		.size = sizeof(shown),
		.chain = credential->certificate.size != 0 ? &credential->certificate :
							     &credential->spki,
		.chain_count = 1,
		.raw_key = credential->certificate.size == 0,
	};
	struct peer peer;
	const char *why;
	if (kind->selector == TLSA_CERTIFICATE && shown.raw_key) {
		say_error("%s: selector 0 needs a certificate, and this is only a key",
			file_name(path));
		return false;
	}
	if (!peer_import(&peer, &shown, &why)) {
		say_error("%s: %s", file_name(path), why);
		return false;
	}
	struct dance_octets data = peer_association(&peer, kind->selector, kind->matching);
	if (data.size == 0) {
		say_error("%s: its hash cannot be computed", file_name(path));
		return false;
	}
	warn(kind, credential);
	return print(request, data);
}

static bool print_file(const struct request *request, const char *path)
{
	struct credential credential;
	char why[DANCE_ERROR_SIZE];
	bool done = credential_from_file(path, &credential, why);
	if (done) {
		done = print_credential(request, path, &credential);
	} else {
		say_error("%s: %s", file_name(path), why);
	}
	credential_clear(&credential);
	return done;
}

static int answer(const struct request *request)
{
	bool done = is_complete(request) && (request->pin == NULL || print_pin(request));
	for (size_t i = 0; done && i < request->count; i++) {
		done = print_file(request, request->paths[i]);
	}
	return done ? COMMAND_YES : COMMAND_WRONG;
}

static int run(int count, char **words)
{
	struct request request = {
		.ttl = -1,
		.kind = { .usage = TLSA_DANE_EE,
			.selector = TLSA_SPKI,
			.matching = TLSA_SHA256 },
	};
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
	request.paths = words + optind;
	request.count = (size_t)(count - optind);
	return answer(&request);
}

const struct command command_tlsa = { "tlsa", run };
