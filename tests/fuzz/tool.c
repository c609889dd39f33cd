/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the dance command reads. Input: an octet that chooses a parser, then its text or
 * octets to the end. What is read can be written and read again; the SPKI that is made of
 * a private key is one. */

#include <string.h>

#include "credential.h"
#include "der_certificate.h"
#include "input.h"
#include "json.h"
#include "key.h"
#include "moment.h"
#include "owner_name.h"
#include "pem.h"
#include "record.h"
#include "target.h"

static void check_why(const char why[DANCE_ERROR_SIZE])
{
	must(*why != '\0' && memchr(why, '\0', DANCE_ERROR_SIZE) != NULL);
}

static void try_record(const char *text)
{
	struct dance_tlsa record, again;
	char why[DANCE_ERROR_SIZE] = "", *printed;
	size_t size;
	if (!record_from_text(text, &record, why)) {
		check_why(why);
		must(record.data == NULL);
		return;
	}
	must(record.size > 0 && record.size <= RECORD_DATA_MAX);
	FILE *out = open_memstream(&printed, &size);
	must(out != NULL);
	record_print(out, &record);
	fclose(out);
	must(record_from_text(printed, &again, why));
	must(again.usage == record.usage && again.selector == record.selector &&
		again.matching == record.matching && again.size == record.size &&
		memcmp(again.data, record.data, record.size) == 0);
	record_clear(&again);
	record_clear(&record);
	free(printed);
}

static void try_words(const char *text)
{
	uint8_t value;
	unsigned usages;
	must(!record_usage(text, &value) || value <= 3);
	must(!record_selector(text, &value) || value <= 1);
	must(!record_matching(text, &value) || value <= 2);
	must(!record_usages(text, &usages) || (usages != 0 && usages <= 0xf));
}

static void try_moment(const char *text)
{
	int64_t moment, again;
	char printed[MOMENT_SIZE];
	if (moment_from_text(text, &moment)) {
		must(moment > 0);
		moment_to_text(moment, printed);
		must(moment_from_text(printed, &again) && again == moment);
		must(strchr(text, '-') == NULL || strcmp(text, printed) == 0);
	}
}

static void try_owner(const char *text)
{
	char owner[DANCE_NAME_SIZE], error[DANCE_ERROR_SIZE];
	const char *why = NULL;
	if (owner_name_from_text(text, owner, &why)) {
		must(strncmp(text, owner, strlen(owner)) == 0);
		must(dance_roster_check_name(owner, error));
	} else {
		must(why != NULL && *why != '\0');
	}
}

/* What JSON does not allow in a string, or a terminal would not show, is not in it. */
static void try_json(const char *text)
{
	char *printed;
	size_t size;
	FILE *out = open_memstream(&printed, &size);
	must(out != NULL);
	struct json json = { .out = out };
	json_text(&json, NULL, text);
	fclose(out);
	must(size >= 2 && printed[0] == '"' && printed[size - 1] == '"');
	for (size_t i = 1; i < size - 1; i++) {
		must(printed[i] >= ' ' && printed[i] <= '~' && printed[i] != '"');
		i += printed[i] == '\\';
	}
	free(printed);
}

static void try_credential(struct dance_octets text)
{
	struct credential credential;
	char why[DANCE_ERROR_SIZE] = "";
	if (credential_from_pem(text, &credential, why)) {
		struct dance_octets spki;
		must(der_is_spki(credential.spki));
		must(credential.certificate.size == 0 ||
			(der_certificate_spki(credential.certificate, &spki) &&
				spki.data == credential.spki.data));
	} else {
		check_why(why);
	}
	credential_clear(&credential);
}

static void try_chain(struct dance_octets text, bool raw_key)
{
	struct chain chain;
	char why[DANCE_ERROR_SIZE] = "";
	if (chain_from_pem(text, raw_key, &chain, why)) {
		must(chain.count > 0 && chain.count <= (raw_key ? 1 : CHAIN_MAX));
		for (size_t i = 0; i < chain.count; i++) {
			must(chain.entries[i].size > 0);
		}
	} else {
		check_why(why);
	}
	chain_clear(&chain);
}

static void try_key(enum key_form form, struct dance_octets key)
{
	struct dance_octets spki;
	const char *why = NULL;
	if (key_spki(form, key, &spki, &why)) {
		must(der_is_spki(spki));
		pem_clear(&spki);
	} else {
		must(why != NULL && *why != '\0' && spki.data == NULL);
	}
}

static void try_parser(unsigned parser, const char *text, struct dance_octets octets)
{
	switch (parser % 11) {
	case 0:
		try_record(text);
		break;
	case 1:
		try_words(text);
		break;
	case 2:
		try_moment(text);
		break;
	case 3:
		try_owner(text);
		break;
	case 4:
		try_json(text);
		break;
	case 5:
		try_credential(octets);
		break;
	case 6:
	case 7:
		try_chain(octets, parser % 11 == 7);
		break;
	default:
		try_key((enum key_form)(parser % 11 - 8), octets);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	unsigned parser = input_octet(&input);
	struct dance_octets octets = input_copy(&input, input.data, input.size);
	char *text = strndup((const char *)input.data, input.size);
	must(text != NULL);
	try_parser(parser, text, octets);
	free(text);
	input_end(&input);
	return 0;
}
