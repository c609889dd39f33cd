/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Lists come first, since they say which names there are. What is to be printed stands in a row:
 * lists and names, which are printed as soon as all before them are known. */

#include "survey.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "command.h"
#include "finding.h"
#include "judgement.h"
#include "lookup.h"
#include "name.h"
#include "owner_name.h"
#include "say.h"

struct item {
	char owner[DANCE_ENTRY_SIZE]; /* a name, or "@" and that of a list */
	struct lookup lookup;
	struct finding
		*finding; /* of a name that is allowed, while the zones above are asked */
};

struct survey {
	const struct server_conf *section;
	const struct survey_wish *wish;
	struct dance_options options;
	struct item *items;
	size_t count, room;
	void *known;        /* owners, by tsearch() */
	const char **names; /* of the items that are names */
	size_t *numbers;    /* which items these are */
	size_t name_count;
	size_t printed; /* items */
	int worst;
	bool failed; /* out of memory */
};

static bool is_list(const char *owner)
{
	return owner[0] == '@';
}

static int compare(const void *a, const void *b)
{
	return strcasecmp(a, b);
}

/* --- the row ----------------------------------------------------------------------------- */

/* NULL: it stands there already, since a name that is listed twice is permitted once; or out of
 * memory. */
static struct item *add(struct survey *survey, const char *owner)
{
	struct item *item = &survey->items[survey->count];
	if (survey->count == survey->room) {
		return NULL;
	}
	(void)snprintf(item->owner, sizeof(item->owner), "%s", owner);
	void *found = tsearch(item->owner, &survey->known, compare);
	survey->failed = survey->failed || found == NULL;
	if (found == NULL || *(char **)found != item->owner) {
		return NULL;
	}
	survey->count++;
	return item;
}

static bool is_within(const struct dance_options *options, const struct name *name)
{
	for (size_t i = 0; i < options->within_count; i++) {
		struct name fence;
		const char *text = options->within[i], *why;
		char owner[DANCE_NAME_SIZE];
		if (owner_name_from_text(text, owner, &why) &&
			name_from_text(&fence, owner, strlen(owner), &why) &&
			(name_is_equal(name, &fence) || name_is_below(name, &fence))) {
			return true;
		}
	}
	return options->within_count == 0;
}

static void add_listed(struct survey *survey, const struct item *list)
{
	const struct client_list *names = list->lookup.list;
	for (size_t i = 0; names != NULL && i < names->count; i++) {
		char owner[DANCE_NAME_SIZE];
		name_to_text(&names->names[i], owner);
		if (is_within(&survey->options, &names->names[i])) {
			(void)add(survey, owner);
		} else {
			say_warning("%s: %s permits nobody of this name: it is not within 'client-within'",
				owner, list->owner);
		}
	}
}

/* --- lists ------------------------------------------------------------------------------- */

struct lists {
	const char **names; /* of these: */
	char (*owners)[DANCE_NAME_SIZE];
	struct lookup *lookups;
	size_t count;
};

static void take_list(void *arg, size_t i, struct lookup *lookup)
{
	struct lists *lists = arg;
	lists->lookups[i] = *lookup;
}

/* A suffix is left out: nobody can tell which names there are below it. */
static void make_row(struct survey *survey, const struct lists *lists)
{
	const struct server_conf *section = survey->section;
	char owner[DANCE_NAME_SIZE];
	const char *why;
	for (size_t i = 0, list = 0; i < section->count; i++) {
		const char *name = section->names[i];
		struct item *item;
		if (!is_list(name)) {
			if (owner_name_from_text(name, owner, &why)) {
				(void)add(survey, owner);
			}
		} else if ((item = add(survey, name)) == NULL) {
			lookup_clear(&lists->lookups[list++]);
		} else {
			item->lookup = lists->lookups[list++];
			add_listed(survey, item);
		}
	}
}

/* Those of the section, as names. */
static bool lists_init(struct lists *lists, const struct server_conf *section)
{
	const char *why;
	size_t count = 0;
	for (size_t i = 0; i < section->count; i++) {
		count += is_list(section->names[i]);
	}
	lists->names = calloc(count + 1, sizeof(lists->names[0]));
	lists->owners = calloc(count + 1, sizeof(lists->owners[0]));
	lists->lookups = calloc(count + 1, sizeof(lists->lookups[0]));
	if (lists->names == NULL || lists->owners == NULL || lists->lookups == NULL) {
		return false;
	}
	for (size_t i = 0; i < section->count; i++) {
		if (is_list(section->names[i])) {
			char *owner = lists->owners[lists->count];
			(void)owner_name_from_text(section->names[i] + 1, owner, &why);
			lists->names[lists->count++] = owner;
		}
	}
	return true;
}

static void lists_clear(struct lists *lists)
{
	free(lists->names);
	free(lists->owners);
	free(lists->lookups);
}

static bool make_room(struct survey *survey, size_t room)
{
	survey->room = room;
	survey->items = calloc(room + 1, sizeof(survey->items[0]));
	survey->names = calloc(room + 1, sizeof(survey->names[0]));
	survey->numbers = calloc(room + 1, sizeof(survey->numbers[0]));
	return survey->items != NULL && survey->names != NULL && survey->numbers != NULL;
}

/* False when out of memory. */
static bool expand(struct survey *survey)
{
	const struct server_conf *section = survey->section;
	struct lists lists = { .count = 0 };
	bool made = lists_init(&lists, section) &&
		make_room(survey, section->count + lists.count * DANCE_LIST_MAX) &&
		lookup_make_all(LOOKUP_LISTS, &section->where, lists.names, lists.count,
			survey->wish->timeout_ms, take_list, &lists);
	if (made) {
		make_row(survey, &lists);
	}
	lists_clear(&lists);
	return made;
}

static int print_list(const struct survey *survey, const struct item *item)
{
	const struct lookup *lookup = &item->lookup;
	if (survey->wish->json) {
		finding_print_list_json(stdout, item->owner, lookup);
	} else {
		finding_print_list(stdout, item->owner, lookup);
	}
	if (!lookup->secure) {
		return judgement_status(lookup->verdict);
	}
	return lookup->list->count != 0 ? COMMAND_YES : COMMAND_NO;
}

/* --- names ------------------------------------------------------------------------------- */

/* With `ancestry` also what was found out about the zones above. */
static int print_name(const struct survey *survey, struct finding *finding,
	const struct ancestry *ancestry)
{
	struct forecast forecast = { .count = 0 };
	if (ancestry != NULL) {
		finding_look_ahead(finding, &forecast, &survey->wish->warn, ancestry,
			&survey->section->where);
	}
	if (survey->wish->json) {
		finding_print_json(stdout, finding);
	} else {
		finding_print_brief(stdout, finding);
	}
	return forecast.count != 0 ? COMMAND_WARNED : judgement_status(finding->verdict);
}

static void finding_end(struct finding *finding)
{
	finding_clear(finding);
	lookup_clear(&finding->lookup);
	free(finding);
}

/* Prints what is known, as far as this item, which is not known. */
static void print_to(struct survey *survey, size_t end)
{
	for (; survey->printed < end; survey->printed++) {
		struct item *item = &survey->items[survey->printed];
		int status = COMMAND_YES;
		if (is_list(item->owner)) {
			status = print_list(survey, item);
		} else if (item->finding != NULL) {
			status = print_name(survey, item->finding, NULL);
			finding_end(item->finding);
			item->finding = NULL;
		}
		survey->worst = command_worse(survey->worst, status);
	}
}

static bool is_to_be_warned_of(const struct survey *survey, const struct finding *finding)
{
	return survey->wish->warn.span != 0 && finding->verdict == DANCE_ALLOW;
}

static void take_name(void *arg, size_t i, struct lookup *lookup)
{
	struct survey *survey = arg;
	struct item *item = &survey->items[survey->numbers[i]];
	struct finding *finding = calloc(1, sizeof(*finding));
	if (finding == NULL) {
		lookup_clear(lookup);
		survey->failed = true;
		return;
	}
	finding->lookup = *lookup;
	finding->name = item->owner;
	finding->expires = time(NULL) + lookup->ttl;
	finding->cached = survey->section->where.forwarders[0] != NULL;
	finding_judge(finding, NULL, &survey->options);
	item->finding = finding;
	if (survey->wish->warn.span == 0) {
		print_to(survey, survey->numbers[i] + 1);
	}
}

static void take_ancestry(void *arg, size_t i, const struct ancestry *ancestry)
{
	struct survey *survey = arg;
	struct item *item = &survey->items[survey->numbers[i]];
	print_to(survey, survey->numbers[i]);
	survey->worst = command_worse(survey->worst,
		print_name(survey, item->finding, ancestry));
	finding_end(item->finding);
	item->finding = NULL;
}

/* The names of those items that are names, and with `allowed` only of those to be warned of. */
static void select_names(struct survey *survey, bool allowed)
{
	survey->name_count = 0;
	for (size_t i = 0; i < survey->count; i++) {
		const struct item *item = &survey->items[i];
		if (allowed ? item->finding != NULL &&
					is_to_be_warned_of(survey, item->finding) :
			      !is_list(item->owner)) {
			survey->names[survey->name_count] = item->owner;
			survey->numbers[survey->name_count++] = i;
		}
	}
}

static bool look_up(struct survey *survey)
{
	const struct dance_context_options *where = &survey->section->where;
	unsigned timeout_ms = survey->wish->timeout_ms;
	select_names(survey, false);
	if (!lookup_make_all(LOOKUP_RECORDS, where, survey->names, survey->name_count,
		    timeout_ms, take_name, survey)) {
		return false;
	}
	if (survey->wish->warn.span != 0) {
		select_names(survey, true);
		ancestry_look_up_all(where, survey->names, survey->name_count, timeout_ms,
			take_ancestry, survey);
	}
	print_to(survey, survey->count);
	return true;
}

static void keep(void *owner)
{
	(void)owner;
}

static void survey_clear(struct survey *survey)
{
	for (size_t i = 0; survey->items != NULL && i < survey->count; i++) {
		lookup_clear(&survey->items[i].lookup);
	}
	tdestroy(survey->known, keep);
	free(survey->items);
	free(survey->names);
	free(survey->numbers);
}

int survey_section(const struct server_conf *section, const struct survey_wish *wish)
{
	struct survey survey = { .section = section,
		.wish = wish,
		.options = section->options,
		.worst = COMMAND_YES };
	char why[DANCE_ERROR_SIZE];
	struct dance_trust *trust = NULL;
	if (section->ca_file != NULL &&
		(trust = dance_trust_new(section->ca_file, why)) == NULL) {
		say_error("%s", why);
		return COMMAND_WRONG;
	}
	survey.options.trust = trust;
	if (!expand(&survey) || !look_up(&survey) || survey.failed) {
		say_error("out of memory");
		survey.worst = COMMAND_WRONG;
	}
	survey_clear(&survey);
	dance_trust_free(trust);
	return survey.worst;
}
