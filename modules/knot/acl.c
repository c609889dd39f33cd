/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Reads the rules of an ACL. Knows knotd's items for rules and remotes, and no clients. A
 * server may have tens of thousands of zones and few different lists of rules, so what was
 * read is kept once for all zones. */

#include "acl.h"

#include <netinet/in.h>
#include <pthread.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "identity.h"
#include "item.h"
#include "remote.h"

#define C_ACL		"\x03""acl"
#define C_ACTION	"\x06""action"
#define C_ADDR		"\x07""address"
#define C_CERT_HOSTNAME	"\x0D""cert-hostname"
#define C_CERT_KEY	"\x08""cert-key"
#define C_DENY		"\x04""deny"
#define C_KEY		"\x03""key"
#define C_REMOTE	"\x06""remote"

#define ACTIONS_ALL	(ACL_BIT(ACL_NOTIFY) | ACL_BIT(ACL_TRANSFER) | ACL_BIT(ACL_UPDATE))

struct named {
	unsigned actions;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
};

struct acl {
	unsigned references;
	char *open_rule;
	struct named *named; /* sorted by path */
	size_t count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *known; /* all of them */

static int compare_named(const void *a, const void *b)
{
	const struct named *left = a, *right = b;
	int order = strcmp(left->path, right->path);
	return order != 0 ? order : (left->actions > right->actions) -
		(left->actions < right->actions);
}

static int compare_acl(const void *a, const void *b)
{
	const struct acl *left = a, *right = b;
	if (left->count != right->count) {
		return left->count < right->count ? -1 : 1;
	}
	int order = strcmp(left->open_rule, right->open_rule);
	for (size_t i = 0; order == 0 && i < left->count; i++) {
		order = compare_named(&left->named[i], &right->named[i]);
	}
	return order;
}

static void acl_free(struct acl *acl)
{
	free(acl->open_rule);
	free(acl->named);
	free(acl);
}

static bool is_set(knotd_mod_t *mod, const yp_name_t *item, const knotd_conf_t *rule,
	bool *failed)
{
	knotd_conf_t conf = item_of(mod, C_ACL, item, rule, failed);
	bool set = conf.count > 0;
	knotd_conf_free(&conf);
	return set;
}

/* A rule that denies and has no action denies them all. */
static unsigned actions_of(knotd_mod_t *mod, const knotd_conf_t *rule, bool deny, bool *failed)
{
	knotd_conf_t conf = item_of(mod, C_ACL, C_ACTION, rule, failed);
	unsigned actions = deny && conf.count == 0 ? ACTIONS_ALL : 0;
	for (size_t i = 0; i < conf.count; i++) {
		actions |= ACL_BIT(conf.multi[i].option);
	}
	knotd_conf_free(&conf);
	return actions;
}

static bool are_all(const void *octets, size_t size, unsigned char value)
{
	const unsigned char *at = octets;
	for (size_t i = 0; i < size; i++) {
		if (at[i] != value) {
			return false;
		}
	}
	return true;
}

/* Does this address of a rule match every client of its family? */
static bool is_everywhere(const knotd_conf_val_t *address)
{
	if (address->addr.ss_family == AF_UNIX) {
		return false;
	}
	if (address->addr_mask == 0) {
		return true;
	}
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->addr;
	const struct sockaddr_in *v4_last = (const struct sockaddr_in *)&address->addr_max;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->addr;
	const struct sockaddr_in6 *v6_last = (const struct sockaddr_in6 *)&address->addr_max;
	switch (address->addr_max.ss_family) {
	case AF_INET:
		return are_all(&v4->sin_addr, 4, 0) && are_all(&v4_last->sin_addr, 4, 0xff);
	case AF_INET6:
		return are_all(&v6->sin6_addr, 16, 0) &&
			are_all(&v6_last->sin6_addr, 16, 0xff);
	default:
		return false;
	}
}

static bool is_open(knotd_mod_t *mod, const knotd_conf_t *rule, bool *failed)
{
	if (is_set(mod, C_REMOTE, rule, failed) || is_set(mod, C_KEY, rule, failed) ||
	    is_set(mod, C_CERT_KEY, rule, failed)) {
		return false;
	}
#if KNOT_VERSION_MAJOR > 3 || KNOT_VERSION_MINOR >= 5
	if (is_set(mod, C_CERT_HOSTNAME, rule, failed)) {
		return false;
	}
#endif
	knotd_conf_t addresses = item_of(mod, C_ACL, C_ADDR, rule, failed);
	bool open = addresses.count == 0;
	for (size_t i = 0; i < addresses.count; i++) {
		open = open || is_everywhere(&addresses.multi[i]);
	}
	knotd_conf_free(&addresses);
	return open;
}

static bool add(struct acl *acl, const struct sockaddr_storage *address, unsigned actions)
{
	const struct sockaddr_un *path = (const struct sockaddr_un *)address;
	if (path->sun_family != AF_UNIX || !identity_is_path(path->sun_path)) {
		return true;
	}
	struct named *more = realloc(acl->named, (acl->count + 1) * sizeof(*more));
	if (more == NULL) {
		return false;
	}
	acl->named = more;
	more[acl->count] = (struct named){ .actions = actions };
	snprintf(more[acl->count].path, sizeof(more->path), "%s", path->sun_path);
	acl->count++;
	return true;
}

struct reading {
	knotd_mod_t *mod;
	struct acl *acl;
	unsigned actions; /* of the rule at hand */
	bool failed;
};

static void add_remote(void *arg, const knotd_conf_t *remote)
{
	struct reading *reading = arg;
	knotd_conf_t addresses = remote_addresses(reading->mod, remote, &reading->failed);
	for (size_t i = 0; i < addresses.count; i++) {
		reading->failed |= !add(reading->acl, &addresses.multi[i].addr,
			reading->actions);
	}
	knotd_conf_free(&addresses);
}

static void read_rule(struct reading *reading, const knotd_conf_t *rule, unsigned wanted)
{
	knotd_mod_t *mod = reading->mod;
	struct acl *acl = reading->acl;
	bool *failed = &reading->failed;
	bool deny = item_of(mod, C_ACL, C_DENY, rule, failed).single.boolean;
	reading->actions = actions_of(mod, rule, deny, failed) & wanted;
	if (reading->actions == 0) {
		return;
	}
	if (!deny && acl->open_rule == NULL && is_open(mod, rule, failed)) {
		acl->open_rule = strdup((const char *)rule->single.data);
		*failed |= acl->open_rule == NULL;
	}
	knotd_conf_t remotes = item_of(mod, C_ACL, C_REMOTE, rule, failed);
	remote_each(mod, &remotes, add_remote, reading, failed);
	knotd_conf_free(&remotes);

	knotd_conf_t addresses = item_of(mod, C_ACL, C_ADDR, rule, failed);
	for (size_t i = 0; i < addresses.count; i++) {
		*failed |= !add(acl, &addresses.multi[i].addr, reading->actions);
	}
	knotd_conf_free(&addresses);
}

/* The one that says the same and is kept already, or this one. */
static struct acl *share(struct acl *acl)
{
	pthread_mutex_lock(&lock);
	struct acl **found = tsearch(acl, &known, compare_acl);
	struct acl *shared = found != NULL ? *found : NULL;
	if (shared != NULL) {
		shared->references++;
	}
	pthread_mutex_unlock(&lock);
	if (shared != acl) {
		acl_free(acl);
	}
	return shared;
}

struct acl *acl_read(knotd_mod_t *mod, unsigned actions)
{
	if (knotd_mod_zone(mod) == NULL) {
		return NULL;
	}
	struct reading reading = { .mod = mod, .acl = calloc(1, sizeof(*reading.acl)) };
	if (reading.acl == NULL) {
		return NULL;
	}
	knotd_conf_t rules = item_of_zone(mod, C_ACL, &reading.failed);
	for (size_t i = 0; i < rules.count; i++) {
		const knotd_conf_t rule = { .single = rules.multi[i], .count = 1 };
		read_rule(&reading, &rule, actions);
	}
	knotd_conf_free(&rules);
	if (reading.acl->open_rule == NULL) {
		reading.acl->open_rule = strdup("");
	}
	if (reading.failed || reading.acl->open_rule == NULL) {
		acl_free(reading.acl);
		return NULL;
	}
	if (reading.acl->count > 0) {
		qsort(reading.acl->named, reading.acl->count, sizeof(struct named),
			compare_named);
	}
	return share(reading.acl);
}

void acl_release(struct acl *acl)
{
	if (acl == NULL) {
		return;
	}
	pthread_mutex_lock(&lock);
	bool last = --acl->references == 0;
	if (last) {
		tdelete(acl, &known, compare_acl);
	}
	pthread_mutex_unlock(&lock);
	if (last) {
		acl_free(acl);
	}
}

bool acl_names(const struct acl *acl, const char *path, unsigned actions)
{
	/* The first of those with this path: one path may stand in several rules. */
	size_t first = 0, end = acl->count;
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		if (strcmp(acl->named[middle].path, path) < 0) {
			first = middle + 1;
		} else {
			end = middle;
		}
	}
	unsigned named = 0;
	for (; first < acl->count && strcmp(acl->named[first].path, path) == 0; first++) {
		named |= acl->named[first].actions;
	}
	return (named & actions) != 0;
}

const char *acl_open_rule(const struct acl *acl)
{
	return acl->open_rule[0] != '\0' ? acl->open_rule : NULL;
}
