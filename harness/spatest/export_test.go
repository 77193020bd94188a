package spatest

// What tests outside the package look at.
const MaxConns = maxConns

var (
	BuildFiles = buildFiles
	AssetDir   = assetDir

	PageVersions = pageVersions
)
