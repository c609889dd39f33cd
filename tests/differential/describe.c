/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A case as others see it: dance_judge(), a reader, tests/vectors. */

#include "scenario.h"

#include <openssl/evp.h>
#include <stdlib.h>

struct dance_peer scenario_peer(const struct scenario *scenario,
	struct dance_octets octets[SCENARIO_CHAIN_MAX])
{
	size_t count = scenario->raw_key ? 1 : scenario->chain_count;
	for (size_t i = 0; i < count; i++) {
		const struct specimen *at = &scenario->certificates[scenario->chain[i]];
		octets[i] = scenario->raw_key ?
			(struct dance_octets){ at->spki, at->spki_size } :
			(struct dance_octets){ at->der, at->size };
	}
	return (struct dance_peer){
		.size = sizeof(struct dance_peer),
		.chain = octets,
		.chain_count = count,
		.raw_key = scenario->raw_key,
	};
}

unsigned scenario_usages(const struct scenario *scenario)
{
	unsigned usages = scenario->usages != 0 ? scenario->usages :
						  DANCE_DANE_TA | DANCE_DANE_EE;
	if (scenario->store_count == 0) {
		usages &= ~(DANCE_PKIX_TA | DANCE_PKIX_EE);
	}
	return usages;
}

static void print_pem(struct dance_octets der, const char *label, FILE *stream)
{
	unsigned char *text = malloc(der.size * 2 + 8);
	if (text == NULL) {
		return;
	}
	int size = EVP_EncodeBlock(text, der.data, (int)der.size);
	fprintf(stream, "-----BEGIN %s-----\n", label);
	for (int i = 0; i < size; i += 64) {
		fprintf(stream, "%.*s\n", size - i < 64 ? size - i : 64, text + i);
	}
	fprintf(stream, "-----END %s-----\n", label);
	free(text);
}

void scenario_print_store(const struct scenario *scenario, FILE *stream)
{
	for (size_t i = 0; i < scenario->store_count; i++) {
		const struct specimen *at = &scenario->certificates[scenario->store[i]];
		print_pem((struct dance_octets){ at->der, at->size }, "CERTIFICATE",
			stream);
	}
}

static void print_bounds(const struct plan *plan, FILE *stream)
{
	for (size_t i = 0; i < plan->bound_count; i++) {
		const struct bound *bound = &plan->bounds[i];
		fprintf(stream, ", %s form %d '%s' (base %zu)%s",
			bound->excluded ? "excludes" : "permits", bound->base->form,
			bound->base->text != NULL ? bound->base->text : "",
			(size_t)(bound->base - bases), bound->limited ? ", limited" : "");
	}
	for (size_t i = 0; i < plan->extra_count; i++) {
		fprintf(stream, ", name of form %d '%s' (bearing %zu)",
			plan->extra[i]->form,
			plan->extra[i]->text != NULL ? plan->extra[i]->text : "",
			(size_t)(plan->extra[i] - bearings));
	}
}

static void print_policy(const struct policy_plan *policy, FILE *stream)
{
	if (policy->there) {
		fprintf(stream, ", policies %x", policy->policies);
	}
	if (policy->from >= 0) {
		fprintf(stream, ", maps %d to %d", policy->from, policy->to);
	}
	if (policy->require >= 0 || policy->no_maps >= 0 || policy->no_any >= 0) {
		fprintf(stream, ", requires %d, no mapping %d, no anyPolicy %d",
			policy->require, policy->no_maps, policy->no_any);
	}
}

static void print_plan(const struct plan *plan, FILE *stream)
{
	static const char *const parts[] = { "right", "absent", "wrong" };
	if (plan->odd != NULL) {
		fprintf(stream, "ODD (%s): ", plan->odd->what);
	}
	if (plan->org != ORG_NONE || plan->issuer_org != ORG_NONE) {
		fprintf(stream, "organizations %d by %d, ", plan->org, plan->issuer_org);
	}
	if (plan->mailbox != NULL) {
		fprintf(stream, "%s, ", plan->mailbox->text);
	}
	if (!key_is_fit(plan->key)) {
		fprintf(stream, "UNFIT ");
	}
	if (plan->digest == DIGEST_SHA1 && !key_has_own_digest(plan->signer)) {
		fprintf(stream, "SHA-1 ");
	}
	fprintf(stream, "'%s' by '%s', key %zu, signed by key %zu%s", plan->subject,
		plan->issuer, plan->key, plan->signer,
		plan->broken_signature ? ", SIGNATURE BROKEN" : "");
	if (plan->version_1) {
		fprintf(stream, ", VERSION 1");
		return;
	}
	fprintf(stream, "%s, basicConstraints %s", plan->authority ? ", CA" : "",
		parts[plan->constraints]);
	if (plan->path_length >= 0) {
		fprintf(stream, ", path length %d", plan->path_length);
	}
	fprintf(stream, ", purposes %x, key usage %d, SKI %s, AKI %s", plan->purposes,
		plan->key_usage, parts[plan->subject_key], parts[plan->issuer_key]);
	if (plan->permitted != NULL || plan->excluded != NULL) {
		fprintf(stream, ", %s %s", plan->permitted != NULL ? "permits" : "excludes",
			plan->permitted != NULL ? plan->permitted : plan->excluded);
	}
	fprintf(stream, "%s", plan->critical ? ", UNKNOWN CRITICAL" : "");
	print_bounds(plan, stream);
	print_policy(&plan->policy, stream);
	for (size_t i = 0; i < plan->name_count; i++) {
		fprintf(stream, ", name ");
		for (size_t j = 0; j < plan->names[i].size; j++) {
			unsigned char c = plan->names[i].data[j];
			fputc(c >= ' ' && c <= '~' ? c : '?', stream);
		}
	}
}

static void print_certificates(const struct scenario *scenario, FILE *stream)
{
	for (size_t i = 0; i < scenario->certificate_count; i++) {
		const struct plan *plan = &scenario->certificates[i].plan;
		fprintf(stream, "# %zu: ", i);
		print_plan(plan, stream);
		if (scenario->at < plan->from || scenario->at > plan->to) {
			fprintf(stream, ", NOT IN FORCE");
		}
		fputc('\n', stream);
	}
	fprintf(stream, "# sent:");
	for (size_t i = 0; i < scenario->chain_count; i++) {
		fprintf(stream, " %zu", scenario->chain[i]);
	}
	fprintf(stream, "\n# store:");
	for (size_t i = 0; i < scenario->store_count; i++) {
		fprintf(stream, " %zu", scenario->store[i]);
	}
	fprintf(stream, "\n");
}

static void print_usages(const struct scenario *scenario, FILE *stream)
{
	static const char *const words[] = { "pkix-ta", "pkix-ee", "dane-ta", "dane-ee" };
	fprintf(stream, "@usages");
	for (unsigned i = 0; i < 4; i++) {
		if ((scenario_usages(scenario) & 1u << i) != 0) {
			fprintf(stream, " %s", words[i]);
		}
	}
	fputc('\n', stream);
}

void scenario_print(const struct scenario *scenario, const char *id, FILE *stream)
{
	print_certificates(scenario, stream);
	fprintf(stream, "@id %s\n@name %s\n@ca %s%s\n@role %s\n@raw-key %s\n@at %lld\n", id,
		scenario->name, scenario->store_count != 0 ? id : "none",
		scenario->store_count != 0 ? ".pem" : "",
		scenario->role == DANCE_SERVER ? "server" : "client",
		scenario->raw_key ? "yes" : "no", (long long)scenario->at);
	print_usages(scenario, stream);

	struct dance_octets octets[SCENARIO_CHAIN_MAX];
	struct dance_peer peer = scenario_peer(scenario, octets);
	fprintf(stream, "%zu %zu 1 0 0\n", scenario->record_count, peer.chain_count);
	for (size_t i = 0; i < scenario->record_count; i++) {
		const struct dance_tlsa *record = &scenario->records[i];
		if (scenario->targets[i] != SCENARIO_NOBODY) {
			fprintf(stream, "# of %zu\n", scenario->targets[i]);
		}
		fprintf(stream, "%u %u %u ", record->usage, record->selector,
			record->matching);
		for (size_t j = 0; j < record->size; j++) {
			fprintf(stream, "%02x", record->data[j]);
		}
		fputc('\n', stream);
	}
	for (size_t i = 0; i < peer.chain_count; i++) {
		print_pem(octets[i], scenario->raw_key ? "PUBLIC KEY" : "CERTIFICATE",
			stream);
	}
}
