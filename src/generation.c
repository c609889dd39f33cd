/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A libunbound context works in the event loop that it is given. It is made with the trust
 * anchor that is in force, and keeps that; it answers nothing by itself, and says early whether
 * its anchor works. */

#include "generation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "clock.h"
#include "packet.h"
#include "resolver_options.h"

#define RR_TYPE_DNSKEY 48
#define RR_CLASS_IN 1

bool generation_settings_copy(struct generation_settings *settings,
	const struct dance_context_options *options)
{
	*settings = (struct generation_settings){ .sizes = { options->lookups_in_flight,
							  options->remembered } };
	if (!trust_anchor_begin(&settings->anchor, options->trust_anchor)) {
		return false;
	}
	if (options->root_hints != NULL) {
		settings->root_hints = strdup(options->root_hints);
		if (settings->root_hints == NULL) {
			return false;
		}
	}
	for (size_t i = 0; i < DANCE_FORWARDER_MAX && options->forwarders[i] != NULL; i++) {
		settings->forwarders[i] = strdup(options->forwarders[i]);
		if (settings->forwarders[i] == NULL) {
			return false;
		}
	}
	return true;
}

void generation_settings_clear(struct generation_settings *settings)
{
	trust_anchor_clear(&settings->anchor);
	free(settings->root_hints);
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		free(settings->forwarders[i]);
	}
	*settings = (struct generation_settings){ 0 };
}

void generation_servers(const struct generation_settings *settings,
	char text[DANCE_ERROR_SIZE])
{
	/* So many that a reason has room for the rest of its sentence. */
	static const size_t room = 100;
	if (settings->forwarders[0] == NULL) {
		snprintf(text, DANCE_ERROR_SIZE, "the root servers");
		return;
	}
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < DANCE_FORWARDER_MAX && settings->forwarders[i] != NULL;
		i++) {
		const char *address = settings->forwarders[i];
		if (used + strlen(address) > room) {
			snprintf(text + used, DANCE_ERROR_SIZE - used, " and others");
			return;
		}
		used += (size_t)snprintf(text + used, DANCE_ERROR_SIZE - used, "%s%s",
			i != 0 ? ", " : "", address);
	}
}

static bool add_anchor(void *arg, const char *record)
{
	return ub_ctx_add_ta(arg, record) == 0;
}

static int set_up(const struct generation_settings *settings, struct ub_ctx *context,
	const char **what)
{
	*what = "libunbound";
	ub_ctx_debugout(context, NULL);
	int error = resolver_options_set(context, resolver_options, resolver_option_count,
		what);
	if (error == 0) {
		error = resolver_sizes_set(context, &settings->sizes, what);
	}
	if (error == 0 && settings->root_hints != NULL) {
		*what = settings->root_hints;
		error = ub_ctx_set_option(context, "root-hints:", settings->root_hints);
	}
	for (size_t i = 0;
		error == 0 && i < DANCE_FORWARDER_MAX && settings->forwarders[i] != NULL;
		i++) {
		*what = settings->forwarders[i];
		error = ub_ctx_set_fwd(context, settings->forwarders[i]);
	}
	return error;
}

/* With keys in force only. */
static bool set_anchor(struct generation_settings *settings, struct ub_ctx *context,
	char why[DANCE_ERROR_SIZE])
{
	const struct trust_anchor *anchor = &settings->anchor;
	if (anchor->keys == NULL) {
		(void)trust_anchor_look(&settings->anchor);
	}
	if (anchor->keys == NULL) {
		memcpy(why, anchor->why, DANCE_ERROR_SIZE);
		return false;
	}
	if (!trust_anchor_each(anchor, add_anchor, context)) {
		snprintf(why, DANCE_ERROR_SIZE,
			"trust anchor %.120s: libunbound rejects it", anchor->path);
		return false;
	}
	return true;
}

struct generation *generation_new(struct generation_settings *settings,
	struct event_loop *loop, uint32_t number, char why[DANCE_ERROR_SIZE])
{
	struct generation *generation = calloc(1, sizeof(*generation));
	struct ub_ctx *context = ub_ctx_create_ub_event(event_loop_base(loop));
	if (generation == NULL || context == NULL) {
		snprintf(why, DANCE_ERROR_SIZE, "libunbound cannot create a context: %s",
			strerror(errno));
		goto fail;
	}
	const char *what;
	int error = set_up(settings, context, &what);
	if (error != 0) {
		snprintf(why, DANCE_ERROR_SIZE, "%s: %s", what, ub_strerror(error));
		goto fail;
	}
	if (!set_anchor(settings, context, why)) {
		goto fail;
	}
	generation->context = context;
	generation->number = number;
	generation->born = clock_ms();
	generation->wall_ahead = clock_wall_ahead();
	generation->anchor = settings->anchor.count;
	return generation;
fail:
	ub_ctx_delete(context);
	free(generation);
	return NULL;
}

void generation_give_up(struct generation *generation, int id)
{
	(void)ub_cancel(generation->context, id);
}

void generation_free(struct generation *generation)
{
	if (generation->root_under_way) {
		generation_give_up(generation, generation->root_id);
	}
	ub_ctx_delete(generation->context);
	free(generation);
}

/* libunbound has built-in zones (RFC 6303, 6761, 7686 and more) and answers for names in them
 * without asking a server. An operator who uses such names in a private DNS signs them, and we
 * treat them like all others: what is configured at a name or above it is removed. */
static int remove_built_in(struct ub_ctx *context, const char *name)
{
	int error = 0;
	while (error == 0 && name != NULL) {
		error = ub_ctx_zone_remove(context, name);
		name = strchr(name, '.');
		if (name != NULL) {
			name++;
		}
	}
	return error;
}

static enum generation_root root_of(int rcode, const void *octets, int size, int security)
{
	struct packet packet;
	if (security == ANSWER_BOGUS) {
		return ROOT_BOGUS;
	}
	if (rcode != PACKET_NOERROR || octets == NULL || size <= 0 ||
		!packet_read(&packet, octets, (size_t)size, RR_TYPE_DNSKEY, NULL, NULL) ||
		packet.rcode != PACKET_NOERROR || packet.count == 0) {
		return ROOT_FAILED;
	}
	return security == ANSWER_SECURE ? ROOT_SECURE : ROOT_UNPROVED;
}

static void on_root(void *arg, int rcode, void *packet, int size, int security, char *why,
	int limited)
{
	struct generation *generation = arg;
	(void)why;
	(void)limited;
	generation->root_under_way = false;
	generation->root = root_of(rcode, packet, size, security);
	if (generation->root == ROOT_SECURE) {
		struct packet again;
		(void)packet_read(&again, packet, (size_t)size, RR_TYPE_DNSKEY,
			root_roll_take, &generation->root_keys);
	}
	generation->root_known(generation->arg, generation);
}

/* Validation needs the root's keys anyway, so this costs no further query. The answer may come at
 * once. */
static void ask_root(struct generation *generation)
{
	if (generation->root == ROOT_SECURE || generation->root_under_way) {
		return;
	}
	generation->root_under_way = true;
	generation->root_id = 0;
	if (ub_resolve_event(generation->context, ".", RR_TYPE_DNSKEY, RR_CLASS_IN,
		    generation, on_root, &generation->root_id) != 0) {
		generation_give_up(generation, generation->root_id);
		generation->root_under_way = false;
	}
}

static int ask(struct generation *generation, const char *name, int type, void *arg,
	ub_event_callback_type done, int *id)
{
	*id = 0;
	int error = remove_built_in(generation->context, name);
	if (error == 0) {
		error = ub_resolve_event(generation->context, name, type, RR_CLASS_IN, arg,
			done, id);
	}
	if (error != 0) {
		generation_give_up(generation, *id);
		return error;
	}
	generation->asked = true;
	ask_root(generation);
	return 0;
}

int generation_ask(struct generation *generation, const char *name, void *arg,
	ub_event_callback_type done, int *id)
{
	return ask(generation, name, ANSWER_TYPE_TLSA, arg, done, id);
}

int generation_ask_names(struct generation *generation, const char *name, void *arg,
	ub_event_callback_type done, int *id)
{
	return ask(generation, name, ANSWER_TYPE_PTR, arg, done, id);
}
