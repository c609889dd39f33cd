/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a client has the identity of exactly its name, else the one whose pattern "*.suffix" is the
 *   longest that its name ends in, else none: so none of another client's, and with it none of
 *   another client's addresses; its name is not written to, and nothing beside it is looked at; of
 *   a client that is on a list, the list counts. Whatever the order in which identities are
 *   permitted, exactly the one of a name is found for it.
 * Sources: none
 * Contracts: the configuration has no two identities of one name (conf/link.c); find() gives the
 *   one of exactly a name, which is shown by itself; qsort() sorts, and bsearch() finds what is
 *   equal in what is sorted.
 * Assumes: 2 identities with names of at most 4 octets, or of one to be sorted; clients' names of
 *   at most 4 octets, without a label that is empty, as name_text proves. DANCE_NAME_SIZE is
 *   redefined to 5.
 * Edit: modules/front/identity_map.c 's/^static const struct conf_identity \*find\(/static const
 *   struct conf_identity *find_itself(/'
 * Unwind: 6 identity_map_find.0:3
 * Limit: 60 s */

#include <stdlib.h>
#include <string.h>

#include "dance.h"
#include "identity_map.h"

#undef DANCE_NAME_SIZE
#define DANCE_NAME_SIZE 5

struct identity_map;
static const struct conf_identity *find(const struct identity_map *names, char *name);

#include "front/identity_map.c"

#include "proof.h"

#define IDENTITIES 2
#define SIZE DANCE_NAME_SIZE

static struct conf_identity identities[IDENTITIES];
static char names[IDENTITIES][SIZE], client[SIZE];
static struct dance_result result;

/* --- the one of a name ------------------------------------------------------------------- */

void qsort(void *base, size_t count, size_t size,
	int (*compare)(const void *, const void *))
{
	const struct conf_identity **of = base;
	must(size == sizeof(of[0]) && can_write(base, count * size),
		"what is sorted is there");
	if (count == IDENTITIES && compare(&of[0], &of[1]) > 0) {
		const struct conf_identity *first = of[0];
		of[0] = of[1];
		of[1] = first;
	}
}

void *bsearch(const void *key, const void *base, size_t count, size_t size,
	int (*compare)(const void *, const void *))
{
	const struct conf_identity *const *of = base;
	must(size == sizeof(of[0]) && can_read(base, count * size),
		"what is searched is there");
	must(count < IDENTITIES || compare(&of[0], &of[1]) < 0, "and sorted");
	for (size_t i = 0; i < count && i < IDENTITIES; i++) {
		if (compare(key, &of[i]) == 0) {
			return (void *)(uintptr_t)&of[i];
		}
	}
	return NULL;
}

static void find_a_name(void)
{
	const struct conf_identity *permitted[IDENTITIES];
	static char texts[IDENTITIES][2], wanted[2];
	any_octets(texts);
	wanted[0] = nondet_bool() ? 'a' : 'b';
	for (size_t i = 0; i < IDENTITIES; i++) {
		texts[i][1] = '\0';
		identities[i].name = texts[i];
		permitted[i] = &identities[i];
	}
	assume(texts[0][0] != texts[1][0]);
	size_t count = any_size(IDENTITIES);
	struct identity_map *map = identity_map_new(permitted, count);
	if (map != NULL) {
		const struct conf_identity *found = find_itself(map, wanted);
		must(found ==
				(count > 0 && texts[0][0] == wanted[0] ? &identities[0] :
						count > 1 && texts[1][0] == wanted[0] ?
									 &identities[1] :
									 NULL),
			"exactly the one of the name");
	}
}

/* --- a client's -------------------------------------------------------------------------- */

static const struct conf_identity *find(const struct identity_map *in, char *name)
{
	must(in == NULL, "in this map");
	return strcmp(names[0], name) == 0  ? &identities[0] :
		strcmp(names[1], name) == 0 ? &identities[1] :
					      NULL;
}

/* Does the client's name end in the suffix of this pattern, and how long is that? */
static size_t fits(const char *pattern)
{
	size_t length = strlen(client), size = strlen(pattern);
	if (strcmp(pattern, client) == 0) {
		return SIZE; /* more than any suffix */
	}
	if (size < 2 || pattern[0] != '*' || pattern[1] != '.' || size > length + 1 ||
		client[length - size + 1] != '.') {
		return 0;
	}
	return strcmp(client + (length - size + 1), pattern + 1) == 0 ? size : 0;
}

static void find_a_client(void)
{
	any_octets(names);
	any_octets(client);
	client[SIZE - 1] = names[0][SIZE - 1] = names[1][SIZE - 1] = '\0';
	assume(strcmp(names[0], names[1]) != 0);
	result.name[0] = 'a';
	char *shown = nondet_bool() && client[0] != '\0' ? result.entry : result.name;
	for (size_t i = 0; i < SIZE; i++) {
		shown[i] = client[i];
		assume(client[i] != '.' || (i > 0 && client[i - 1] != '.'));
	}

	const struct conf_identity *found = identity_map_find_result(NULL, &result);
	size_t first = fits(names[0]), second = fits(names[1]);
	must(found ==
			(client[0] == '\0'             ? NULL :
					first > second ? &identities[0] :
					second > first ? &identities[1] :
							 NULL),
		"exactly its name's, or that of its longest suffix");
	must(strcmp(client, shown) == 0, "the name is as it was");
	assume(found != NULL);
	end_of_proof();
}

void harness(void)
{
	if (nondet_bool()) {
		find_a_name();
	} else {
		find_a_client();
	}
}
