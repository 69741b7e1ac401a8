"""Which addresses are public, in whatever form they are spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.errors import PageError
from tagtui.web.addresses import is_private_host, is_public, look_up, spelled_address
from tests.formats.samples import quick

PRIVATE = """0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1
192.168.1.1 198.18.0.1 203.0.113.5 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 :: ::1 ::2 fe80::1 fe80::1%eth0
fc00::1 fd12:3456::1 fec0::1 ff02::1 ff0e::1 100::1 2001:db8::1 2001::1""".split()
INSIDE = """::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b:1::8.8.8.8
2002:7f00:1:: 2002:a9fe:a9fe::1""".split()
PUBLIC = """1.1.1.1 8.8.8.8 93.184.216.34 172.32.0.1 192.169.0.1 2606:4700:4700::1111 ::ffff:8.8.8.8 64:ff9b::8.8.8.8
2002:808:808::1""".split()
LOOPBACK = (
    """127.0.0.1 127.1 127.0.1 2130706433 017700000001 0x7f000001 0x7f.1 0177.0.0.1 127.0.0.0x1 0x7F.0.0.1""".split()
)


@pytest.mark.parametrize("address", [*PRIVATE, *INSIDE])
def test_an_address_that_is_not_for_all_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public_also_inside_one_of_the_other_version(address: str) -> None:
    assert is_public(address)


@quick
@given(st.ip_addresses())
def test_every_address_is_one_or_the_other(address: object) -> None:
    assert is_public(str(address)) in (True, False)


@pytest.mark.parametrize("host", LOOPBACK)
def test_an_address_of_version_4_is_known_in_all_its_spellings(host: str) -> None:
    assert spelled_address(host) == "127.0.0.1"
    assert is_private_host(host)


@pytest.mark.parametrize("host", ["localhost", "app.localhost", "::1", "192.168.1.1", "fe80::1%eth0", "0"])
def test_some_hosts_are_private_by_their_name(host: str) -> None:
    assert is_private_host(host)


@pytest.mark.parametrize(
    "host", ["example.org", "localhost.example.org", "8.8.8.8", "intranet", "", "1.2.3.4.5", "a" * 99]
)
def test_other_hosts_are_not_whatever_they_resolve_to(host: str) -> None:
    assert not is_private_host(host)


async def test_the_system_knows_where_localhost_is() -> None:
    assert set(await look_up("localhost", 80)) <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize("host", ["a" * 70 + ".localhost", "a..b", "bücher..", "\0"])
async def test_a_name_that_cannot_be_looked_up_has_no_address(host: str) -> None:
    with pytest.raises(PageError, match="no address is known for"):
        await look_up(host, 80)
