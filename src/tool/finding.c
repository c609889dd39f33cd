/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What dance check finds out, and how it is told. Makes no lookups. */

#include "finding.h"

#include <stdlib.h>
#include <time.h>

#include "fitness.h"
#include "json.h"
#include "moment.h"
#include "record.h"
#include "resolver_options.h"
#include "say.h"

/* Too short to be a record of any kind: its data is all there is. */
static bool is_broken(const struct lookup *lookup, size_t at)
{
	return at >= lookup->count - lookup->broken;
}

static size_t count_others(const struct finding *finding, const struct dance_peer *peer,
	const struct dance_options *options)
{
	size_t others = 0;
	for (size_t i = 0; i < finding->lookup.count; i++) {
		struct dance_result result = { .size = sizeof(result) };
		others += finding->standings[i].state == STANDING_USABLE &&
			dance_judge(peer, finding->name, &finding->lookup.records[i], 1,
				options, &result) != DANCE_ALLOW;
	}
	return others;
}

void finding_judge(struct finding *finding, const struct dance_peer *peer,
	const struct dance_options *options)
{
	const struct lookup *lookup = &finding->lookup;
	finding->standings = NULL;
	finding->asked = peer != NULL;
	finding->judged = false;
	finding->others = 0;
	finding->unfit = fitness_peer_fault(peer); /* no record is needed to tell */
	if (!lookup->secure) {
		finding->verdict = lookup->verdict;
		return;
	}
	finding->standings = calloc(lookup->count + 1, sizeof(finding->standings[0]));
	if (finding->standings == NULL ||
		!standing_survey(lookup->records, lookup->count, options,
			finding->standings, &finding->usable)) {
		finding->verdict = DANCE_FAIL_INTERNAL;
		return;
	}
	for (size_t i = 0; i < lookup->count; i++) {
		if (is_broken(lookup, i)) {
			(void)snprintf(finding->standings[i].why,
				sizeof(finding->standings[i].why),
				"it is too short for a TLSA record");
		}
	}
	if (peer == NULL) {
		finding->verdict = finding->usable != 0 ? DANCE_ALLOW : DANCE_DENY_UNUSABLE;
		return;
	}
	judgement_make(&finding->judgement, peer, finding->name, lookup->records,
		lookup->count, options);
	finding->judged = true;
	finding->others = count_others(finding, peer, options);
	finding->verdict = finding->judgement.result.verdict;
}

/* Of how many records there is something to tell. */
static size_t told_count(const struct finding *finding)
{
	return finding->standings != NULL ? finding->lookup.count : 0;
}

void finding_clear(struct finding *finding)
{
	free(finding->standings);
	finding->standings = NULL;
}

void finding_look_ahead(struct finding *finding, struct forecast *forecast,
	const struct forecast_wish *wish, const struct ancestry *ancestry,
	const struct dance_context_options *where)
{
	const struct forecast_basis basis = {
		.name = finding->name,
		.now = time(NULL),
		.end = finding->lookup.signatures_end,
		.usable = finding->usable,
		.others = finding->others,
		.ancestry = ancestry,
		.anchor = where->trust_anchor != NULL ? where->trust_anchor :
							RESOLVER_TRUST_ANCHOR,
	};
	forecast_make(forecast, wish, &basis);
	finding->forecast = forecast;
}

static size_t advice(const struct finding *finding, const char *sentences[ADVICE_MAX])
{
	const struct lookup *lookup = &finding->lookup;
	return lookup->secure ?
		standing_advice(lookup->records, lookup->count, finding->usable,
			lookup->ttl, finding->cached, sentences) :
		0;
}

static const char *detail(const struct lookup *lookup)
{
	return lookup->why[0] != '\0' ? lookup->why : dance_verdict_text(lookup->verdict);
}

static void print_forecast(FILE *out, const struct forecast *forecast)
{
	char end[MOMENT_SIZE];
	if (forecast != NULL && forecast->end != 0) {
		moment_to_text(forecast->end, end);
		fprintf(out, "signed until %s (%s records of %s)\n", end, forecast->type,
			forecast->name);
	}
}

static size_t forecast_count(const struct finding *finding)
{
	return finding->forecast != NULL ? finding->forecast->count : 0;
}

static void print_records(FILE *out, const struct finding *finding)
{
	const struct lookup *lookup = &finding->lookup;
	char expires[MOMENT_SIZE];
	moment_to_text(finding->expires, expires);
	fprintf(out, "secure %s, %zu TLSA record%s, ttl %u, until %s\n", finding->name,
		lookup->count, lookup->count == 1 ? "" : "s", lookup->ttl, expires);
	for (size_t i = 0; i < told_count(finding); i++) {
		const struct standing *standing = &finding->standings[i];
		fprintf(out, "%s ", standing_name(standing->state));
		if (is_broken(lookup, i)) {
			record_print_generic(out, &lookup->records[i]);
		} else {
			record_print(out, &lookup->records[i]);
		}
		if (standing->why[0] != '\0') {
			fprintf(out, " (%s)", standing->why);
		}
		fputc('\n', out);
	}
}

void finding_print(FILE *out, const struct finding *finding)
{
	const struct lookup *lookup = &finding->lookup;
	if (!lookup->secure) {
		fprintf(out, "%s %s (%s)\n", dance_verdict_name(lookup->verdict),
			finding->name, detail(lookup));
		return;
	}
	print_records(out, finding);
	print_forecast(out, finding->forecast);
	if (finding->judged) {
		judgement_print(out, &finding->judgement);
	} else if (finding->verdict != DANCE_ALLOW) {
		fprintf(out, "%s (%s)\n", dance_verdict_name(finding->verdict),
			dance_verdict_text(finding->verdict));
	}
	const char *sentences[ADVICE_MAX];
	size_t count = advice(finding, sentences);
	for (size_t i = 0; i < count; i++) {
		say_warning("%s", sentences[i]);
	}
	if (finding->unfit != NULL) {
		say_warning("%s", finding->unfit);
	}
	for (size_t i = 0; i < forecast_count(finding); i++) {
		say_warning("%s", finding->forecast->sentences[i]);
	}
}

void finding_print_brief(FILE *out, const struct finding *finding)
{
	const struct lookup *lookup = &finding->lookup;
	if (finding->verdict == DANCE_ALLOW) {
		fprintf(out, "usable %s, %zu of %zu TLSA record%s, ttl %u\n", finding->name,
			finding->usable, lookup->count, lookup->count == 1 ? "" : "s",
			lookup->ttl);
	} else {
		fprintf(out, "%s %s (%s)\n", dance_verdict_name(finding->verdict),
			finding->name,
			lookup->secure ? dance_verdict_text(finding->verdict) :
					 detail(lookup));
	}
	for (size_t i = 0; i < forecast_count(finding); i++) {
		say_warning("%s: %s", finding->name, finding->forecast->sentences[i]);
	}
}

/* The members that say which record it is. */
static void json_record(struct json *json, const struct dance_tlsa *record)
{
	json_number(json, "usage", record->usage);
	json_number(json, "selector", record->selector);
	json_number(json, "matching", record->matching);
	json_hex(json, "data", record->data, record->size);
}

/* Those of one that has no such numbers. */
static void json_broken(struct json *json, const struct dance_tlsa *record)
{
	json_null(json, "usage");
	json_null(json, "selector");
	json_null(json, "matching");
	json_hex(json, "data", record->data, record->size);
}

static void json_records(struct json *json, const struct finding *finding)
{
	const struct lookup *lookup = &finding->lookup;
	json_open(json, "records", '[');
	for (size_t i = 0; i < told_count(finding); i++) {
		const struct standing *standing = &finding->standings[i];
		json_open(json, NULL, '{');
		if (is_broken(lookup, i)) {
			json_broken(json, &lookup->records[i]);
		} else {
			json_record(json, &lookup->records[i]);
		}
		json_text(json, "state", standing_name(standing->state));
		json_text(json, "detail", standing->why);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void json_match(struct json *json, const struct finding *finding)
{
	const struct dance_result *result = &finding->judgement.result;
	const struct dance_tlsa *record = finding->judgement.record;
	if (finding->verdict != DANCE_ALLOW) {
		json_null(json, "match");
		return;
	}
	json_open(json, "match", '{');
	if (record != NULL) {
		json_record(json, record);
	} else {
		json_number(json, "usage", result->usage);
		json_number(json, "selector", result->selector);
		json_number(json, "matching", result->matching);
		json_null(json, "data");
	}
	json_close(json, '}');
}

static void json_verdict(struct json *json, const struct finding *finding)
{
	const struct judgement *judgement = &finding->judgement;
	if (!finding->asked) {
		json_null(json, "verdict");
		json_null(json, "reason");
		json_null(json, "match");
		return;
	}
	json_text(json, "verdict", dance_verdict_name(finding->verdict));
	json_text(json, "reason",
		!finding->judged ? detail(&finding->lookup) :
			judgement->result.detail[0] != '\0' ?
				   judgement->result.detail :
				   dance_verdict_text(finding->verdict));
	json_match(json, finding);
}

/* Only if it was asked for. */
static void json_forecast(struct json *json, const struct forecast *forecast)
{
	char end[MOMENT_SIZE];
	if (forecast == NULL) {
		return;
	}
	if (forecast->end == 0) {
		json_null(json, "signature-expires");
		json_null(json, "signature-name");
		json_null(json, "signature-type");
		return;
	}
	moment_to_text(forecast->end, end);
	json_text(json, "signature-expires", end);
	json_text(json, "signature-name", forecast->name);
	json_text(json, "signature-type", forecast->type);
}

void finding_print_json(FILE *out, const struct finding *finding)
{
	const struct lookup *lookup = &finding->lookup;
	struct json json = { .out = out };
	json_open(&json, NULL, '{');
	json_text(&json, "name", finding->name);
	json_text(&json, "status",
		lookup->secure ? "secure" : dance_verdict_name(lookup->verdict));
	json_text(&json, "detail", lookup->secure ? "" : detail(lookup));
	if (lookup->secure) {
		char expires[MOMENT_SIZE];
		moment_to_text(finding->expires, expires);
		json_number(&json, "ttl", lookup->ttl);
		json_text(&json, "expires", expires);
	} else {
		json_null(&json, "ttl");
		json_null(&json, "expires");
	}
	json_forecast(&json, finding->forecast);
	json_records(&json, finding);
	json_verdict(&json, finding);
	const char *sentences[ADVICE_MAX];
	size_t count = advice(finding, sentences);
	json_open(&json, "warnings", '[');
	for (size_t i = 0; i < count; i++) {
		json_text(&json, NULL, sentences[i]);
	}
	if (finding->unfit != NULL) {
		json_text(&json, NULL, finding->unfit);
	}
	for (size_t i = 0; i < forecast_count(finding); i++) {
		json_text(&json, NULL, finding->forecast->sentences[i]);
	}
	json_close(&json, ']');
	json_close(&json, '}');
	fputc('\n', out);
}

/* What is wrong with a list that nobody is permitted by; NULL: nothing. */
static const char *list_fault(const struct lookup *lookup)
{
	if (!lookup->secure) {
		return detail(lookup);
	}
	if (lookup->list->count != 0) {
		return NULL;
	}
	return lookup->why[0] != '\0' ? lookup->why : "none of its names can be used";
}

void finding_print_list(FILE *out, const char *list, const struct lookup *lookup)
{
	const char *fault = list_fault(lookup);
	if (!lookup->secure) {
		fprintf(out, "%s %s (%s)\n", dance_verdict_name(lookup->verdict), list,
			fault);
		return;
	}
	fprintf(out, "list %s, %zu name%s, ttl %u%s%s%s\n", list, lookup->list->count,
		lookup->list->count == 1 ? "" : "s", lookup->ttl,
		fault != NULL ? " (it permits nobody: " : "", fault != NULL ? fault : "",
		fault != NULL ? ")" : "");
	if (lookup->list->left_out != 0) {
		say_warning("%s: %zu of its names can be no client's, and are ignored",
			list, lookup->list->left_out);
	}
}

void finding_print_list_json(FILE *out, const char *list, const struct lookup *lookup)
{
	struct json json = { .out = out };
	const char *fault = list_fault(lookup);
	json_open(&json, NULL, '{');
	json_text(&json, "list", list);
	json_text(&json, "status",
		lookup->secure ? "secure" : dance_verdict_name(lookup->verdict));
	json_text(&json, "detail", fault != NULL ? fault : "");
	if (lookup->secure) {
		json_number(&json, "ttl", lookup->ttl);
		json_number(&json, "names", (int64_t)lookup->list->count);
		json_number(&json, "ignored", (int64_t)lookup->list->left_out);
	} else {
		json_null(&json, "ttl");
		json_null(&json, "names");
		json_null(&json, "ignored");
	}
	json_close(&json, '}');
	fputc('\n', out);
}
