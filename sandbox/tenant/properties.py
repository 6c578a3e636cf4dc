"""The properties and relations Microsoft publishes for the types of SharePoint: what `$select` may name.

https://learn.microsoft.com/graph/api/resources/listitem and its neighbours; a test holds this against the published
description of the API.
"""

from __future__ import annotations

_PUBLISHED = """
site: analytics columns contentTypes createdBy createdByUser createdDateTime description displayName drive
  drives eTag error externalColumns id isPersonalSite items lastModifiedBy lastModifiedByUser
  lastModifiedDateTime lists name onenote operations pages parentReference permissions root sharepointIds
  siteCollection sites termStore termStores webUrl

list: columns contentTypes createdBy createdByUser createdDateTime description displayName drive eTag id items
  lastModifiedBy lastModifiedByUser lastModifiedDateTime list name operations parentReference permissions
  sharepointIds subscriptions system webUrl

columnDefinition: boolean calculated choice columnGroup contentApprovalStatus currency dateTime defaultValue
  description displayName enforceUniqueValues geolocation hidden hyperlinkOrPicture id indexed isDeletable
  isReorderable isSealed lookup name number personOrGroup propagateChanges readOnly required sourceColumn
  sourceContentType term text thumbnail type validation

listItem: analytics contentType createdBy createdByUser createdDateTime deleted description
  documentSetVersions driveItem eTag fields id lastModifiedBy lastModifiedByUser lastModifiedDateTime name
  parentReference permissions sharepointIds versions webUrl

drive: bundles createdBy createdByUser createdDateTime description driveType eTag following id items
  lastModifiedBy lastModifiedByUser lastModifiedDateTime list name owner parentReference quota root
  sharePointIds special system webUrl

driveItem: analytics audio bundle cTag children content createdBy createdByUser createdDateTime deleted
  description eTag file fileSystemInfo folder id image lastModifiedBy lastModifiedByUser lastModifiedDateTime
  listItem location malware name package parentReference pendingOperations permissions photo publication
  remoteItem retentionLabel root searchResult shared sharepointIds size specialFolder subscriptions thumbnails
  versions video webDavUrl webUrl workbook
"""

PROPERTIES = {
    name.strip(): frozenset(rest.split())
    for name, _, rest in (block.partition(":") for block in _PUBLISHED.split("\n\n"))
}
