/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Making records up: of the leaf or of somebody above it, in usages that go with them and
 * some that do not, now and then broken. */

#include "record.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

static uint8_t pick(struct random *random, size_t count, const uint8_t *from)
{
	return from[random_below(random, count)];
}

static size_t choose_target(const struct scenario *scenario, struct random *random)
{
	if (random_chance(random, 8)) {
		return SCENARIO_NOBODY;
	}
	/* The leaf's own records say nothing of what is above it. */
	if (random_chance(random, scenario->dress != 0 ? 15 : 40)) {
		return scenario->leaf;
	}
	return random_below(random,
		random_chance(random, 80) ? scenario->leaf + 1 :
					    scenario->certificate_count);
}

static void choose_kind(const struct scenario *scenario, struct random *random,
	size_t target, struct dance_tlsa *record)
{
	static const uint8_t of_leaf[] = { 3, 3, 3, 3, 3, 1, 1, 1, 2, 0 };
	static const uint8_t of_authority[] = { 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 3, 1 };
	static const uint8_t matchings[] = { 0, 0, 0, 1, 1, 1, 1, 2, 2, 2 };
	const struct dance_tlsa *last = scenario->record_count == 0 ?
		NULL :
		&scenario->records[scenario->record_count - 1];
	bool digest = last != NULL && (last->matching == 1 || last->matching == 2);
	if (digest && random_chance(random, 25)) {
		/* The same kind by the other digest, of whomever: for digest agility. */
		record->usage = last->usage;
		record->selector = last->selector;
		record->matching = (uint8_t)(3 - last->matching);
		return;
	}
	record->usage = target == scenario->leaf ? pick(random, 10, of_leaf) :
						   pick(random, 12, of_authority);
	record->selector = (uint8_t)random_below(random, 2);
	record->matching = target == SCENARIO_NOBODY ? 1 : pick(random, 10, matchings);
}

/* Puts the octets of a record into `data`, which has room for all that is hashed and more. */
static bool fill(struct dance_tlsa *record, unsigned char *data, struct dance_octets whole)
{
	unsigned size = (unsigned)whole.size;
	if (record->matching == 0) {
		memcpy(data, whole.data, whole.size);
	} else if (EVP_Digest(whole.data, whole.size, data, &size,
			   record->matching == 1 ? EVP_sha256() : EVP_sha512(), NULL) <= 0) {
		return false;
	}
	record->data = data;
	record->size = size;
	return true;
}

/* Breaks a record, or makes it one that nobody knows. There is room for one octet more. */
static void spoil(struct dance_tlsa *record, unsigned char *data, struct random *random)
{
	switch (random_below(random, 6)) {
	case 0:
		data[random_below(random, record->size)] ^= (unsigned char)(1
			<< random_below(random, 8));
		break;
	case 1:
		record->size--;
		break;
	case 2:
		data[record->size++] = 0;
		break;
	case 3:
		record->usage = (uint8_t)(4 + random_below(random, 252));
		break;
	case 4:
		record->selector = (uint8_t)(2 + random_below(random, 254));
		break;
	case 5:
		record->matching = (uint8_t)(3 + random_below(random, 253));
		break;
	}
}

static struct dance_octets select_octets(const struct specimen *of, uint8_t selector)
{
	return selector == 0 ? (struct dance_octets){ of->der, of->size } :
			       (struct dance_octets){ of->spki, of->spki_size };
}

/* Data of its own for a record; NULL if there is no memory. */
static unsigned char *publish(struct dance_tlsa *record, struct dance_octets whole)
{
	unsigned char *data = malloc(whole.size + EVP_MAX_MD_SIZE);
	if (data != NULL && !fill(record, data, whole)) {
		free(data);
		data = NULL;
	}
	return data;
}

bool record_add(struct scenario *scenario, struct random *random)
{
	size_t target = choose_target(scenario, random);
	struct dance_tlsa record = { 0 };
	choose_kind(scenario, random, target, &record);

	uint64_t noise[] = { random_next(random), random_next(random) };
	struct dance_octets whole = { (const unsigned char *)noise, sizeof(noise) };
	if (target != SCENARIO_NOBODY) {
		whole = select_octets(&scenario->certificates[target], record.selector);
	}
	unsigned char *data = publish(&record, whole);
	if (data == NULL) {
		return false;
	}
	if (random_chance(random, 10)) {
		spoil(&record, data, random);
		target = SCENARIO_NOBODY;
	}
	scenario->targets[scenario->record_count] = target;
	scenario->records[scenario->record_count++] = record;
	return true;
}

bool record_renew(struct scenario *scenario, size_t number)
{
	struct dance_tlsa *record = &scenario->records[number];
	size_t target = scenario->targets[number];
	if (target != SCENARIO_NOBODY) {
		return publish(record,
			       select_octets(&scenario->certificates[target],
				       record->selector)) != NULL;
	}
	unsigned char *data = malloc(record->size);
	if (data != NULL) {
		memcpy(data, record->data, record->size);
		record->data = data;
	}
	return data != NULL;
}
