# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""Which records count: usable ones, digest agility, several, mixed, switched off."""

from case import Book, Record, tlsa
from certificate import leaf
from world import chain, end, middle, near, other_end, other_key, other_root, root

STORE = 'root.pem'


def usable(book):
    """R3, R4: a record that cannot be used is as if it were not there."""
    digest = tlsa(3, 1, 1, end).data
    long_digest = tlsa(3, 1, 2, end).data
    for name, about, record in [
            ('sha256-short', 'a SHA2-256 of 31 octets', Record(3, 1, 1, digest[:-1])),
            ('sha256-long', 'a SHA2-256 of 33 octets', Record(3, 1, 1, digest + b'\0')),
            ('sha256-of-512', 'a SHA2-512 that calls itself SHA2-256',
             Record(3, 1, 1, long_digest)),
            ('sha512-short', 'half a SHA2-512', Record(3, 1, 2, long_digest[:32])),
            ('sha512-of-256', 'a SHA2-256 that calls itself SHA2-512',
             Record(3, 1, 2, digest)),
            ('sha512-long', 'a SHA2-512 of 65 octets',
             Record(3, 1, 2, long_digest + b'\0')),
            ('digest-empty', 'a digest of nothing at all', Record(3, 1, 1, b'')),
            ('usage-4', 'a usage nobody has defined', Record(4, 1, 1, digest)),
            ('usage-255', 'the private usage', Record(255, 1, 1, digest)),
            ('selector-2', 'a selector nobody has defined', Record(3, 2, 1, digest)),
            ('selector-255', 'the private selector', Record(3, 255, 1, digest)),
            ('matching-3', 'a matching type nobody has defined', Record(3, 1, 3, digest)),
            ('matching-255', 'the private matching type', Record(3, 1, 255, digest)),
            ('full-trailing', 'the whole certificate and one octet more',
             Record(3, 0, 0, end.whole + b'\0')),
            ('full-two', 'two certificates', Record(3, 0, 0, end.whole + middle.whole)),
            ('full-truncated', 'a certificate without its last octet',
             Record(3, 0, 0, end.whole[:-1])),
            ('full-key-trailing', 'the whole key and one octet more',
             Record(3, 1, 0, end.spki + b'\0')),
            ('full-key-truncated', 'a key without its last octet',
             Record(3, 1, 0, end.spki[:-1])),
            ('full-key-as-certificate', 'a key where a certificate belongs',
             Record(3, 0, 0, end.spki)),
            ('full-certificate-as-key', 'a certificate where a key belongs',
             Record(3, 1, 0, end.whole)),
            ('full-empty', 'a certificate of no octets', Record(3, 0, 0, b'')),
            ('full-key-empty', 'a key of no octets', Record(3, 1, 0, b'')),
            ('full-digest', 'a digest that calls itself the whole key',
             Record(3, 1, 0, digest)),
            ('ta-full-trailing', 'an anchor and one octet more',
             Record(2, 0, 0, root.whole + b'\0')),
            ('ta-full-truncated', 'an anchor without its last octet',
             Record(2, 0, 0, root.whole[:-1])),
            ('ta-digest-short', 'an anchor\'s SHA2-256 of 20 octets',
             Record(2, 1, 1, tlsa(2, 1, 1, root).data[:20])),
            ]:
        book.bad('unusable-' + name, 'R3 R4', about + ', alone', 'unusable', chain,
                 [record])
    book.good('unusable-beside', 'R3 R5', 'broken and unknown records beside a good one',
              chain, [Record(3, 1, 2, digest), Record(4, 1, 1, digest),
                      Record(3, 2, 1, digest), Record(3, 0, 0, end.whole + b'\0'),
                      tlsa(3, 1, 1, end), Record(0, 0, 0, b''), Record(2, 0, 0, digest)],
              by='3 1 1')
    book.good('usable-one', 'R3 R4', 'one record that can be used is enough to go by',
              chain, [tlsa(3, 1, 1, end)], by='3 1 1')
    book.bad('set-empty', 'R4', 'no records at all', 'unusable', chain, [])
    book.bad('set-empty-trusted', 'R4', 'no records: that PKIX would do does not help',
             'unusable', chain, [], ca=STORE)
    book.bad('set-unusable-trusted', 'R4', 'no usable record: PKIX does not step in',
             'unusable', chain, [Record(3, 1, 1, digest[:-1])], ca=STORE)


def several(book):
    """R5, R17: any one is enough; a publisher rolls over with two of a kind."""
    nobody = [Record(3, 1, 1, bytes([i]) * 32) for i in range(1, 9)]
    book.good('one-of-nine', 'R5', 'the ninth record matches', chain,
              nobody + [tlsa(3, 1, 1, end)])
    book.bad('none-of-eight', 'R5', 'no record matches', 'mismatch', chain, nobody)
    book.good('rollover-current', 'R17', 'the current key, the next one announced', chain,
              [tlsa(3, 1, 1, end), tlsa(3, 1, 1, other_key)])
    book.good('rollover-next', 'R17', 'the next key, the current one still there',
              [other_key, middle, root], [tlsa(3, 1, 1, end), tlsa(3, 1, 1, other_key)])
    book.bad('rollover-over', 'R17', 'the last key, no longer published', 'mismatch',
             chain,
             [tlsa(3, 1, 1, other_key), tlsa(3, 1, 1, leaf(middle, label='after next'))])
    book.good('rollover-ta', 'R17 R5', 'the next anchor, the current one still there',
              chain, [tlsa(2, 0, 1, other_root), tlsa(2, 0, 1, root)])
    book.good('rollover-two-digests', 'R17 R6', 'two keys, each with two digests', chain,
              [tlsa(3, 1, matching, certificate) for certificate in (other_key, end)
               for matching in (1, 2)], by='3 1 2')


def agility(book):
    """R6: of the digests of a usage and selector only the strongest count."""
    for usage, selector, match, name in [(3, 1, end, 'ee-key'), (3, 0, end, 'ee'),
                                         (2, 1, root, 'ta-key'), (2, 0, root, 'ta')]:
        weak, strong = tlsa(usage, selector, 1, match), tlsa(usage, selector, 2, match)
        wrong = tlsa(usage, selector, 2, other_end)
        full = tlsa(usage, selector, 0, match)
        book.bad('agility-%s-weaker' % name, 'R6',
                 'the SHA2-256 matches, the SHA2-512 does not', 'mismatch', chain,
                 [weak, wrong])
        book.good('agility-%s-both' % name, 'R6', 'both digests match', chain,
                  [weak, strong], by='%d %d 2' % (usage, selector))
        book.good('agility-%s-stronger' % name, 'R6',
                  'the SHA2-512 matches, the SHA2-256 does not', chain,
                  [tlsa(usage, selector, 1, other_end), strong])
        book.good('agility-%s-full' % name, 'R6', 'whole data always count', chain,
                  [wrong, full], by='%d %d 0' % (usage, selector))
    pkix = dict(ca=STORE)
    book.bad('agility-pkix-ee-weaker', 'R6 R8', 'the same for usage 1', 'mismatch', chain,
             [tlsa(1, 1, 1, end), tlsa(1, 1, 2, other_end)], **pkix)
    book.bad('agility-pkix-ta-weaker', 'R6 R12', 'the same for usage 0', 'mismatch',
             chain, [tlsa(0, 0, 1, root), tlsa(0, 0, 2, other_root)], **pkix)
    book.good('agility-per-selector', 'R6', 'another selector\'s SHA2-512 does not count',
              chain, [tlsa(3, 1, 1, end), tlsa(3, 0, 2, other_end)], by='3 1 1')
    book.good('agility-per-usage', 'R6', 'another usage\'s SHA2-512 does not count',
              chain, [tlsa(3, 1, 1, end), tlsa(2, 1, 2, other_root)], by='3 1 1')
    book.good('agility-broken', 'R6 R3', 'a SHA2-512 that cannot be used has no weight',
              chain, [tlsa(3, 1, 1, end), Record(3, 1, 2, tlsa(3, 1, 2, end).data[:63])])
    book.good('agility-unknown', 'R6 R3', 'nor has a digest nobody knows', chain,
              [tlsa(3, 1, 1, end), Record(3, 1, 3, bytes(64))])
    book.bad('agility-full-other', 'R6', 'whole data do not bring the weaker digest back',
             'mismatch', chain, [tlsa(3, 1, 1, end), tlsa(3, 1, 2, other_end),
                                 tlsa(3, 1, 0, other_end)])


def mixed(book):
    """R15, R14: usage 3, then 2, then 1 and 0, whatever the order; some may be off."""
    book.good('mixed-ta-after-ee', 'R15', 'usage 3 is of another key, usage 2 matches',
              chain, [tlsa(3, 1, 1, other_end), tlsa(2, 0, 1, root)], by='2 0 1')
    book.good('mixed-ee-before-ta', 'R15', 'usage 3 matches, usage 2 is of another CA',
              chain, [tlsa(2, 0, 1, other_root), tlsa(3, 1, 1, end)], by='3 1 1')
    book.good('mixed-both', 'R15', 'both match: usage 3 is said to have decided', chain,
              [tlsa(2, 0, 1, root), tlsa(3, 1, 1, end)], by='3 1 1')
    book.good('mixed-all', 'R15', 'all match', chain,
              [tlsa(0, 0, 1, root), tlsa(1, 1, 1, end), tlsa(2, 0, 1, root),
               tlsa(3, 1, 1, end)], by='3 1 1', ca=STORE)
    book.good('mixed-dane-before-pkix', 'R15', 'usage 2 before usage 0', chain,
              [tlsa(0, 0, 1, root), tlsa(2, 0, 1, root)], by='2 0 1', ca=STORE)
    book.good('mixed-pkix-helps', 'R15 R8', 'only usage 1 matches', chain,
              [tlsa(2, 0, 1, other_root), tlsa(3, 1, 1, other_end), tlsa(1, 1, 1, end)],
              by='1 1 1', ca=STORE)
    book.bad('mixed-none', 'R15', 'none of any usage matches', 'mismatch', chain,
             [tlsa(0, 0, 1, other_root), tlsa(1, 1, 1, other_end),
              tlsa(2, 0, 1, other_root), tlsa(3, 1, 1, other_end)], ca=STORE)
    book.bad('mixed-chain', 'R15', 'usage 3 is of another key, usage 2 has no path',
             'chain', [other_end, other_root, root],
             [tlsa(3, 1, 1, end), tlsa(2, 0, 1, root)])
    book.good('mixed-ee-despite-chain', 'R15 R7',
              'usage 3 matches: that usage 2 has no path does not matter',
              [other_end, other_root, root],
              [tlsa(2, 0, 1, root), tlsa(3, 1, 1, other_end)])

    dane = dict(usages='dane-ta dane-ee', ca=STORE)
    book.bad('off-pkix-ee', 'R14', 'usage 1 matches but is off', 'unusable', chain,
             [tlsa(1, 1, 1, end)], **dane)
    book.bad('off-pkix-ta', 'R14', 'usage 0 matches but is off', 'unusable', chain,
             [tlsa(0, 0, 1, root)], **dane)
    book.bad('off-pkix-no-store', 'R14', 'usages 0 and 1 without CAs to rely on',
             'unusable', chain, [tlsa(0, 0, 1, root), tlsa(1, 1, 1, end)])
    book.good('off-pkix-on', 'R14', 'usage 1 is on', chain, [tlsa(1, 1, 1, end)],
              usages='pkix-ee', ca=STORE)
    book.good('off-pkix-other', 'R14', 'usage 1 is off, usage 3 is not', chain,
              [tlsa(1, 1, 1, end), tlsa(3, 1, 1, end)], by='3 1 1', **dane)
    book.bad('off-dane-ta', 'R14', 'usage 2 matches but is off', 'unusable', chain,
             [tlsa(2, 0, 1, root)], usages='dane-ee')
    book.bad('off-dane-ee', 'R14', 'usage 3 matches but is off', 'unusable', chain,
             [tlsa(3, 1, 1, end)], usages='dane-ta')
    book.bad('off-dane-ee-ta-other', 'R14', 'usage 3 is off, usage 2 is of another CA',
             'mismatch', chain, [tlsa(3, 1, 1, end), tlsa(2, 0, 1, other_root)],
             usages='dane-ta')
    book.bad('off-supplies-nothing', 'R14 R3',
             'usage 0 is off: not even its certificate is there', 'mismatch', [near],
             [tlsa(0, 0, 0, root), tlsa(2, 1, 1, root)], **dane)
    book.good('off-full-anchor', 'R14 R11',
              'usage 0 is off, but its certificate harms no other record', [near],
              [tlsa(0, 0, 0, other_root), tlsa(2, 0, 0, root)], by='2 0 0', **dane)


def cases():
    book = Book()
    usable(book)
    several(book)
    agility(book)
    mixed(book)
    return book
