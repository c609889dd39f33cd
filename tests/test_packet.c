/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Answers written by hand: which records are those of the question, for how long all of it
 * holds, and what is no answer at all. */

#include "check.h"
#include "copy.h"
#include "dns_writer.h"
#include "packet.h"

#include <string.h>

#define ANSWER 1
#define AUTHORITY 2
#define APEX "\xc0\x0c" /* the name in the question */
#define RECORD "\3\1\1\x5a"

static struct packet packet;

static bool reads(const uint8_t *octets, size_t size, packet_record each, void *arg)
{
	struct dance_octets copy = copy_of(octets, size);
	bool read = packet_read(&packet, copy.data, copy.size, DNS_TLSA, each, arg);
	free_copy(copy);
	return read;
}

static bool read_message(const struct dns_message *message)
{
	return reads(message->octets, message->size, NULL, NULL);
}

static struct dns_message answer(void)
{
	return dns_begin(0, 0x8180, DNS_TLSA);
}

static void put_tlsa(struct dns_message *to, const char *owner, size_t size, uint32_t ttl)
{
	dns_record_for(to, ANSWER, owner, size, DNS_TLSA, ttl, RECORD, 4);
}

static void put_soa(struct dns_message *to, uint32_t ttl, uint32_t minimum)
{
	struct dns_message data = { .size = 0 };
	dns_put(&data, "\2ns\xc0\x0c\xc0\x0c", 7);
	dns_put(&data, "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4", 16);
	dns_put_number(&data, minimum, 4);
	dns_record_for(to, AUTHORITY, APEX, 2, DNS_SOA, ttl, data.octets, data.size);
}

struct seen {
	unsigned count;
	size_t sizes[8];
	uint8_t octets[64];
	size_t size;
};

static void count_entry(void *arg, const struct packet_entry *entry)
{
	(void)entry;
	++*(unsigned *)arg;
}

static void note(void *arg, const uint8_t *data, size_t size)
{
	struct seen *seen = arg;
	seen->sizes[seen->count++] = size;
	memcpy(seen->octets + seen->size, data, size);
	seen->size += size;
}

static void records_are_told_of_in_their_order(void **state)
{
	(void)state;
	struct dns_message message = answer();
	struct seen seen = { 0 };
	dns_record(&message, ANSWER, APEX, 2, DNS_TLSA, "\3\1\1\x5a", 4);
	dns_record(&message, ANSWER, DNS_ZONE, sizeof(DNS_ZONE), DNS_TLSA, "", 0);
	dns_record(&message, ANSWER, "\7EXAMPLE\3cOm", 13, DNS_TLSA, "\2\0\1\1\2\3", 6);
	dns_record(&message, ANSWER, APEX, 2, DNS_RRSIG, "anything", 8);
	assert_true(reads(message.octets, message.size, note, &seen));
	assert_int_equal(packet.rcode, PACKET_NOERROR);
	assert_int_equal(packet.count, 3);
	assert_int_equal(packet.octets, 10);
	assert_int_equal(seen.count, 3);
	assert_int_equal(seen.sizes[0], 4);
	assert_int_equal(seen.sizes[1], 0);
	assert_int_equal(seen.sizes[2], 6);
	assert_memory_equal(seen.octets, "\3\1\1\x5a\2\0\1\1\2\3", 10);
}

/* One of another name, type or class, or of another section, is none of them. */
static void other_records_are_not_those_asked_for(void **state)
{
	(void)state;
	struct dns_message message = answer();
	put_tlsa(&message, "\1a" APEX, 4, 60);
	put_tlsa(&message, "\3com", 5, 60);
	put_tlsa(&message, "", 1, 60);
	dns_record(&message, ANSWER, APEX, 2, DNS_A, "\1\2\3\4", 4);
	put_tlsa(&message, APEX, 2, 60);
	message.octets[message.size - 11] = 3; /* class CHAOS */
	dns_record(&message, AUTHORITY, APEX, 2, DNS_TLSA, RECORD, 4);
	assert_true(read_message(&message));
	assert_int_equal(packet.count, 0);
	assert_int_equal(packet.octets, 0);
}

static void aliases_are_followed(void **state)
{
	(void)state;
	struct dns_message message = answer();
	dns_record(&message, ANSWER, "\1z" APEX, 4, DNS_CNAME, "\1y" APEX, 4);
	dns_record(&message, ANSWER, APEX, 2, DNS_CNAME, "\1b\3NET", 7);
	put_tlsa(&message, APEX, 2, 60);
	dns_record(&message, ANSWER, "\1B\3net", 7, DNS_CNAME, "\1c" APEX, 4);
	put_tlsa(&message, "\1b\3net", 7, 60);
	put_tlsa(&message, "\1c" APEX, 4, 60);
	put_tlsa(&message, "\1c" APEX, 4, 60);
	dns_record(&message, ANSWER, "\1c" APEX, 4, DNS_CNAME, "\1d" APEX, 4);
	put_tlsa(&message, "\1d" APEX, 4, 60);
	assert_true(read_message(&message));
	assert_int_equal(packet.count, 2);

	/* To themselves, or to where there is nothing. */
	message = answer();
	dns_record(&message, ANSWER, APEX, 2, DNS_CNAME, "\1b\3net", 7);
	dns_record(&message, ANSWER, "\1b\3net", 7, DNS_CNAME, APEX, 2);
	dns_record(&message, ANSWER, APEX, 2, DNS_CNAME, "\0", 1);
	assert_true(read_message(&message));
	assert_int_equal(packet.count, 0);
}

static void all_of_an_answer_holds_as_long_as_any_of_it(void **state)
{
	(void)state;
	struct dns_message message = answer();
	put_tlsa(&message, APEX, 2, 600);
	assert_true(read_message(&message));
	assert_int_equal(packet.ttl, 600);
	dns_record_for(&message, ANSWER, APEX, 2, DNS_RRSIG, 500, "sig", 3);
	assert_true(read_message(&message));
	assert_int_equal(packet.ttl, 500);
	/* How long a proof for it is good, as of a wildcard, says nothing of the records. */
	dns_record_for(&message, AUTHORITY, APEX, 2, DNS_NSEC, 5, "nsec", 4);
	put_soa(&message, 4, 3);
	assert_true(read_message(&message));
	assert_int_equal(packet.ttl, 500);

	message = answer();
	dns_record_for(&message, ANSWER, APEX, 2, DNS_CNAME, 40, "\1b\3net", 7);
	put_tlsa(&message, "\1b\3net", 7, 600);
	assert_true(read_message(&message));
	assert_int_equal(packet.ttl, 40);

	/* RFC 2181 8: the largest, and those that count as none. */
	static const uint32_t ttls[][2] = { { 0x7fffffff, 0x7fffffff }, { 0x80000000, 0 },
		{ 0x80000001, 0 }, { 0xffffffff, 0 } };
	for (size_t i = 0; i < ROWS(ttls); i++) {
		message = answer();
		put_tlsa(&message, APEX, 2, ttls[i][0]);
		assert_true(read_message(&message));
		assert_int_equal(packet.ttl, ttls[i][1]);
		assert_int_equal(packet.count, 1);
	}
}

static void put_signature(struct dns_message *to, unsigned section, uint32_t end)
{
	struct dns_message data = { .size = 0 };
	dns_put(&data, "\0\x34\x0d\2\0\0\0\x3c", 8);
	dns_put_number(&data, end, 4);
	dns_put_number(&data, end - 1000, 4);
	dns_put(&data, "\0\1\0sig", 6);
	dns_record(to, section, APEX, 2, DNS_RRSIG, data.octets, data.size);
}

/* RFC 4034 3.1.5: serial numbers (RFC 1982), so that the first one may be the larger one. */
static void the_first_signature_to_end_is_told(void **state)
{
	(void)state;
	static const struct {
		uint32_t ends[2], first;
	} rows[] = {
		{ { 1800000000, 1800000001 }, 1800000000 },
		{ { 1800000001, 1800000000 }, 1800000000 },
		{ { 5, 0xfffffff0 }, 0xfffffff0 },
		{ { 0xfffffff0, 5 }, 0xfffffff0 },
		{ { 0, 1 }, 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_message message = answer();
		put_tlsa(&message, APEX, 2, 60);
		put_signature(&message, ANSWER, rows[i].ends[0]);
		put_signature(&message, ANSWER, rows[i].ends[1]);
		/* Too short for one, or of another section. */
		dns_record(&message, ANSWER, APEX, 2, DNS_RRSIG,
			"\0\x34\x0d\2\0\0\0\x3c\0\0\0\0\0\0\0\1\0\1", 18);
		put_signature(&message, AUTHORITY, rows[i].first - 10);
		assert_true(read_message(&message));
		assert_true(packet.is_signed);
		assert_int_equal(packet.signatures_end, rows[i].first);
		assert_int_equal(packet.signatures_span, 1000);
	}
	struct dns_message message = answer();
	put_tlsa(&message, APEX, 2, 60);
	put_signature(&message, ANSWER, 7);
	message.octets[message.size - 22 - 7] = 3; /* class CHAOS */
	put_signature(&message, AUTHORITY, 7);
	assert_true(read_message(&message));
	assert_false(packet.is_signed);
}

static void a_moment_of_32_bits_is_near_now(void **state)
{
	(void)state;
	const int64_t turn = INT64_C(1) << 32; /* in 2106 */
	assert_int_equal(packet_moment(1800000000, 1790000000), 1800000000);
	assert_int_equal(packet_moment(1700000000, 1790000000), 1700000000);
	assert_int_equal(packet_moment(0xfffffff0, 1000), 1);
	assert_int_equal(packet_moment(0, 1000), 1);
	assert_int_equal(packet_moment(100, turn - 100), turn + 100);
	assert_int_equal(packet_moment(0xffffffff, turn + 100), turn - 1);
}

/* RFC 2308 5. */
static void that_there_is_nothing_holds_as_long_as_the_soa_record_says(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		uint32_t alias, soa, minimum, nsec, ttl;
	} rows[] = {
		{ "minimum", 900, 600, 300, 900, 300 },
		{ "TTL of the SOA", 900, 200, 300, 900, 200 },
		{ "TTL of the proof", 900, 600, 300, 100, 100 },
		{ "TTL of an alias", 50, 600, 300, 100, 50 },
		{ "none", 900, 600, 0, 900, 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_message message = answer();
		message.octets[3] |= PACKET_NXDOMAIN;
		dns_record_for(&message, ANSWER, APEX, 2, DNS_CNAME, rows[i].alias, "\0",
			1);
		put_soa(&message, rows[i].soa, rows[i].minimum);
		dns_record_for(&message, AUTHORITY, APEX, 2, DNS_NSEC, rows[i].nsec, "", 0);
		check_true(rows[i].row, read_message(&message));
		check_true(rows[i].row, packet.ttl == rows[i].ttl);
		check_true(rows[i].row, packet.count == 0);
		check_true(rows[i].row, packet.rcode == PACKET_NXDOMAIN);
	}
	const struct dns_message empty = answer();
	assert_true(read_message(&empty));
	assert_int_equal(packet.ttl, 0);
	assert_int_equal(packet.count, 0);
}

/* A message with all that is read. */
static struct dns_message whole(void)
{
	struct dns_message message = answer();
	dns_record_for(&message, ANSWER, APEX, 2, DNS_CNAME, 40, "\1b" APEX, 4);
	dns_record_for(&message, ANSWER, APEX, 2, DNS_RRSIG, 40, "sig", 3);
	put_soa(&message, 600, 300);
	dns_record_for(&message, AUTHORITY, APEX, 2, DNS_NSEC, 40, "nsec", 4);
	return message;
}

static void what_is_cut_short_is_no_answer(void **state)
{
	(void)state;
	struct dns_message message = whole();
	for (size_t size = 0; size < message.size; size++) {
		if (reads(message.octets, size, NULL, NULL)) {
			fail_msg("%zu of %zu octets", size, message.size);
		}
	}
	assert_true(read_message(&message));
	message.octets[2] |= 2; /* it says so itself */
	assert_false(read_message(&message));
}

static struct dns_message with_owner(unsigned section, uint16_t type, size_t data)
{
	struct dns_message message = answer();
	dns_record_for(&message, section, APEX, 2, type, 60, "octets", data);
	return message;
}

/* To the last octet: a question alone, and a record alone. */
static void what_ends_with_the_message_is_whole(void **state)
{
	(void)state;
	unsigned count = 0;
	const struct dns_message question = answer();
	assert_true(read_message(&question));
	assert_false(reads(question.octets, question.size - 1, NULL, NULL));
	const struct dns_message record = with_owner(ANSWER, DNS_TLSA, 0);
	assert_true(read_message(&record));
	assert_int_equal(packet.count, 1);
	assert_false(reads(record.octets, record.size - 1, NULL, NULL));
	for (size_t cut = 0; cut < 2; cut++) {
		struct dance_octets copy = copy_of(question.octets, question.size - cut);
		assert_int_equal(packet_walk(copy.data, copy.size, count_entry, &count),
			cut == 0);
		free_copy(copy);
		copy = copy_of(record.octets, record.size - cut);
		assert_int_equal(packet_walk(copy.data, copy.size, count_entry, &count),
			cut == 0);
		free_copy(copy);
	}
	assert_int_equal(count, 1);
	/* A header, which has no question. */
	assert_false(reads(question.octets, 12, NULL, NULL));
}

/* Of the shortest SOA record there can be, both names are the root. */
static void the_shortest_soa_record_is_one(void **state)
{
	(void)state;
	static const uint8_t data[23] = { [21] = 9 };
	for (size_t size = 21; size <= 23; size++) {
		struct dns_message message = answer();
		dns_record_for(&message, AUTHORITY, APEX, 2, DNS_SOA, 60, data, size);
		assert_int_equal(read_message(&message), size >= 22);
		if (size == 22) {
			assert_int_equal(packet.ttl, 9);
		}
	}
}

static void what_answers_something_else_is_no_answer(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		size_t at;
		uint8_t octet;
	} rows[] = {
		{ "no question", 5, 0 },
		{ "two questions", 5, 2 },
		{ "256 questions more", 4, 1 },
		{ "type", 12 + 13 + 1, DNS_A },
		{ "type, high octet", 12 + 13, 1 },
		{ "class", 12 + 13 + 3, 3 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_message message = whole();
		message.octets[rows[i].at] = rows[i].octet;
		check_true(rows[i].row, !read_message(&message));
	}
}

static void malformed_messages_are_no_answers(void **state)
{
	(void)state;
	struct dns_message message = answer();
	message.octets[7] = 1; /* a record that is not there */
	assert_false(read_message(&message));

	static const struct {
		const char *row, *owner;
		size_t owner_size;
	} owners[] = {
		{ "pointer to itself", "\xc0\x1d", 2 },
		{ "pointer ahead", "\xc0\x30", 2 },
		{ "pointer out of it", "\xff\xff", 2 },
		{ "label type", "\x40", 1 },
		{ "label over the end", "\x3f", 1 },
	};
	for (size_t i = 0; i < ROWS(owners); i++) {
		message = answer();
		put_tlsa(&message, owners[i].owner, owners[i].owner_size, 60);
		check_true(owners[i].row, !read_message(&message));
	}

	static const struct {
		const char *row, *target;
		size_t size;
	} targets[] = {
		{ "nothing", "", 0 },
		{ "half a name", "\1b", 2 },
		{ "more", "\1b\0\0", 4 },
		{ "into what follows", "\2b", 2 },
		{ "pointer to itself", "\xc0\x29", 2 },
	};
	for (size_t i = 0; i < ROWS(targets); i++) {
		message = answer();
		dns_record(&message, ANSWER, APEX, 2, DNS_CNAME, targets[i].target,
			targets[i].size);
		put_tlsa(&message, "\1b", 3, 60);
		check_true(targets[i].row, !read_message(&message));
	}

	message = answer();
	put_tlsa(&message, APEX, 2, 60);
	message.octets[message.size - 5] = 5; /* one octet more than there is */
	assert_false(read_message(&message));
	message = answer();
	dns_record(&message, AUTHORITY, APEX, 2, DNS_SOA,
		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"\0\0\0\0",
		21);
	assert_false(read_message(&message));
}

static void note_entry(void *arg, const struct packet_entry *entry)
{
	unsigned *seen = arg;
	seen[entry->section]++;
	if (entry->section == PACKET_ADDITIONAL) {
		assert_int_equal(entry->type, DNS_A);
		assert_int_equal(entry->class, 1);
		assert_int_equal(entry->ttl, 0xfedcba98);
		assert_int_equal(entry->size, 4);
		assert_memory_equal(entry->data, "\1\2\3\4", 4);
	}
}

static bool walks(const struct dns_message *message, size_t size, unsigned seen[3])
{
	struct dance_octets copy = copy_of(message->octets, size);
	memset(seen, 0, 3 * sizeof(seen[0]));
	bool walked = packet_walk(copy.data, copy.size, note_entry, seen);
	free_copy(copy);
	return walked;
}

/* Whatever is asked, and with any number of questions. */
static void all_records_are_walked(void **state)
{
	(void)state;
	unsigned seen[3];
	struct dns_message message = dns_begin(0, 0x8180, DNS_AXFR);
	dns_record(&message, ANSWER, APEX, 2, DNS_CNAME, "\1y" APEX, 4);
	dns_record(&message, ANSWER, "", 1, DNS_TLSA, "", 0);
	put_soa(&message, 5, 6);
	dns_record_for(&message, 3, APEX, 2, DNS_A, 0xfedcba98, "\1\2\3\4", 4);
	assert_true(walks(&message, message.size, seen));
	assert_int_equal(seen[PACKET_ANSWER], 2);
	assert_int_equal(seen[PACKET_AUTHORITY], 1);
	assert_int_equal(seen[PACKET_ADDITIONAL], 1);
	for (size_t size = 0; size < message.size; size++) {
		assert_false(walks(&message, size, seen));
	}
	message.octets[5] = 2; /* one more question, which is not there */
	assert_false(walks(&message, message.size, seen));
	static const struct dns_message empty = { .size = 12 };
	assert_true(walks(&empty, empty.size, seen));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_told_of_in_their_order),
		cmocka_unit_test(other_records_are_not_those_asked_for),
		cmocka_unit_test(aliases_are_followed),
		cmocka_unit_test(all_of_an_answer_holds_as_long_as_any_of_it),
		cmocka_unit_test(the_first_signature_to_end_is_told),
		cmocka_unit_test(a_moment_of_32_bits_is_near_now),
		cmocka_unit_test(that_there_is_nothing_holds_as_long_as_the_soa_record_says),
		cmocka_unit_test(what_is_cut_short_is_no_answer),
		cmocka_unit_test(what_ends_with_the_message_is_whole),
		cmocka_unit_test(the_shortest_soa_record_is_one),
		cmocka_unit_test(what_answers_something_else_is_no_answer),
		cmocka_unit_test(malformed_messages_are_no_answers),
		cmocka_unit_test(all_records_are_walked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
