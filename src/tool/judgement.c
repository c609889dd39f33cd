/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A judgement as the command reports it. The library judges; here it is put into words. */

#include "judgement.h"

#include "command.h"
#include "record.h"
#include "say.h"

static bool is_alike(const struct dance_tlsa *record, const struct dance_result *result)
{
	return record->usage == result->usage && record->selector == result->selector &&
		record->matching == result->matching;
}

/* The result says what kind of record matched. Which one it was is of interest while keys
 * are rolled: the one of that kind that proves the peer by itself. */
static const struct dance_tlsa *find_record(const struct dance_result *found,
	const struct dance_peer *peer, const char *name, const struct dance_tlsa *records,
	size_t count, const struct dance_options *options)
{
	const struct dance_tlsa *only = NULL;
	size_t alike = 0;
	for (size_t i = 0; i < count; i++) {
		if (!is_alike(&records[i], found)) {
			continue;
		}
		alike++;
		only = &records[i];
		struct dance_result alone = { .size = sizeof(alone) };
		if (dance_judge(peer, name, &records[i], 1, options, &alone) ==
			DANCE_ALLOW) {
			return &records[i];
		}
	}
	return alike == 1 ? only : NULL;
}

void judgement_make(struct judgement *judgement, const struct dance_peer *peer,
	const char *name, const struct dance_tlsa *records, size_t count,
	const struct dance_options *options)
{
	struct dance_result *result = &judgement->result;
	judgement->record = NULL;
	result->size = sizeof(*result);
	if (dance_judge(peer, name, records, count, options, result) == DANCE_ALLOW) {
		judgement->record = find_record(result, peer, name, records, count,
			options);
	}
}

void judgement_print(FILE *out, const struct judgement *judgement)
{
	const struct dance_result *result = &judgement->result;
	fputs(dance_verdict_name(result->verdict), out);
	if (result->verdict != DANCE_ALLOW) {
		fprintf(out, " (%s)\n",
			result->detail[0] != '\0' ? result->detail :
						    dance_verdict_text(result->verdict));
		return;
	}
	fputs(" by ", out);
	if (judgement->record != NULL) {
		record_print(out, judgement->record);
	} else {
		fprintf(out, "TLSA %u %u %u", result->usage, result->selector,
			result->matching);
	}
	fputc('\n', out);
}

int judgement_status(enum dance_verdict verdict)
{
	switch (dance_verdict_class(verdict)) {
	case DANCE_CLASS_ALLOW:
		return COMMAND_YES;
	case DANCE_CLASS_DENY:
		return COMMAND_NO;
	case DANCE_CLASS_FAIL:
		break;
	}
	return COMMAND_WRONG;
}

bool judgement_options(struct dance_options *options, const char *usages,
	const char *ca_file, struct dance_trust **trust)
{
	char why[DANCE_ERROR_SIZE];
	*trust = NULL;
	options->usages = DANCE_PKIX_TA | DANCE_PKIX_EE | DANCE_DANE_TA | DANCE_DANE_EE;
	if (usages != NULL && !record_usages(usages, &options->usages)) {
		say_error("--usage '%s': must be a list of pkix-ta, pkix-ee, dane-ta, dane-ee, separated by commas",
			usages);
		return false;
	}
	if (ca_file != NULL) {
		*trust = dance_trust_new(ca_file, why);
		if (*trust == NULL) {
			say_error("%s", why);
			return false;
		}
	}
	options->trust = *trust;
	return true;
}
