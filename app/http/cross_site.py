"""Who may write: pages of this service and programs, not pages of others.

There are no accounts yet. A browser that shows a page of another site would send that page's forms
here as readily as ours, so requests that write are refused where the browser says that another site
made them. A site whose name is pointed at this machine (DNS rebinding) looks like ours to the
browser; therefore browsers may write only under an address, `localhost`, or a name that is trusted.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request

from app.errors import Forbidden
from app.settings import Settings

OWN = frozenset({"same-origin", "none"})
"""What `Sec-Fetch-Site` says of our own pages, and of a person who typed the address."""


def require_own_site(request: Request, settings: Settings) -> None:
    """Let a writing request pass.

    Raises:
        Forbidden: Uploads are switched off, or a page of another site asks.
    """
    if not settings.uploads:
        raise Forbidden("imports over HTTP are switched off (RISKMAP_UPLOADS) 网页导入已关闭")
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    host = request.headers.get("host", "")
    if site is not None and site not in OWN:
        raise Forbidden("a page of another site may not write here 拒绝其他网站的写入请求")
    if origin is None:
        return
    if site is None and urlsplit(origin).netloc.lower() != host.lower():
        raise Forbidden("a page of another site may not write here 拒绝其他网站的写入请求")
    if not _is_trusted(host, settings):
        raise Forbidden(
            f"browsers may not write under the name {host[:100]!r}: "
            "add it to RISKMAP_TRUSTED_HOSTS 该域名未列入可信主机"
        )


def _is_trusted(host: str, settings: Settings) -> bool:
    name = (urlsplit(f"//{host}").hostname or "").lower()
    if name == "localhost" or name in (each.strip() for each in settings.trusted_hosts.split(",")):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
