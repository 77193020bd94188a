package spatest

// Feature is something that a check needs and a target may lack. A check whose
// feature is missing is skipped with the reason, never passed.
type Feature string

const (
	FeatureDist     Feature = "dist"     // Target.Dist, the files of the build
	FeatureAPI      Feature = "api"      // an API beside the page
	FeatureSlow     Feature = "slow"     // Target.APISlow
	FeatureFail     Feature = "fail"     // Target.APIFail
	FeatureEvents   Feature = "events"   // Target.APIEvents
	FeatureWrite    Feature = "write"    // Target.APIWrite
	FeatureGuard    Feature = "guard"    // Target.Guarded
	FeatureFallback Feature = "fallback" // a page of its own for routes, in Target.Dist
	FeatureNested   Feature = "nested"   // an app in a folder of Target.Dist
	FeatureBase     Feature = "base"     // a path in Target.URL
	FeatureRoot     Feature = "root"     // no path in Target.URL
	FeatureHost     Feature = "host"     // Target.Host
	FeatureNext     Feature = "next"     // Target.Host, Dist and NextDist: the build can be replaced
	FeatureFolder   Feature = "folder"   // servers of Target.Host read a folder that can be changed while they run
	FeatureEmpty    Feature = "empty"    // Target.Host can start a server without a build
	FeatureUpstream Feature = "upstream" // the API is a process of its own, which servers of Target.Host can stop
	FeatureRetained Feature = "retained" // Target.Retains: assets of the last build stay
	FeatureBrowser  Feature = "browser"  // Target.Browser
)

// Features lists what a target may offer, in the order of a report.
func Features() []Feature {
	return []Feature{
		FeatureDist, FeatureAPI, FeatureSlow, FeatureFail, FeatureEvents, FeatureWrite, FeatureGuard,
		FeatureFallback, FeatureNested, FeatureBase, FeatureRoot,
		FeatureHost, FeatureNext, FeatureFolder, FeatureEmpty, FeatureUpstream, FeatureRetained, FeatureBrowser,
	}
}

// lacks says why a feature is missing, or nothing.
func (p *Pass) lacks(feature Feature) string {
	t := p.Target
	offers := t.Host != nil && t.Host.Offers(feature)
	has, needs := true, ""
	switch feature {
	case FeatureDist:
		has, needs = t.Dist != nil, "the files of the build (Dist)"
	case FeatureAPI:
		has, needs = p.site.noAPI == "", "an API: "+p.site.noAPI
	case FeatureSlow:
		has, needs = t.APISlow != "", "an API endpoint that takes a second or more (APISlow)"
	case FeatureFail:
		has, needs = t.APIFail != "", "an API endpoint that fails on request (APIFail)"
	case FeatureEvents:
		has, needs = t.APIEvents != "", "an API endpoint that sends server-sent events (APIEvents)"
	case FeatureWrite:
		has, needs = t.APIWrite != "", "an API endpoint that accepts a request body (APIWrite)"
	case FeatureGuard:
		has, needs = len(t.Guarded) > 0, "a file that the server refuses (Guarded)"
	case FeatureFallback:
		has, needs = p.ownFallback() != "", "a build with a page of its own for routes, such as 200.html (Dist)"
	case FeatureNested:
		has, needs = len(p.nestedApps()) > 0, "a build with an app in a folder that is its base URL (Dist)"
	case FeatureBase:
		has, needs = t.base() != "", "an app under a base path (URL)"
	case FeatureRoot:
		has, needs = t.base() == "", "an app at the root of its origin (URL)"
	case FeatureHost:
		has, needs = t.Host != nil, "a way to start and stop the server (Host)"
	case FeatureNext:
		has, needs = t.Host != nil && t.Dist != nil &&
			t.NextDist != nil, "two builds and a way to replace one with the other (Host, Dist, NextDist)"
	case FeatureFolder:
		has, needs = offers, "a folder that the server reads and the suite can change (Host)"
	case FeatureEmpty:
		has, needs = offers, "a way to start the server without a build (Host)"
	case FeatureUpstream:
		has, needs = offers, "an API in a separate process that can be stopped (Host)"
	case FeatureRetained:
		has = t.Retains > 0
		needs = "a declared time for which a deploy keeps the assets of the previous build (Retains)"
	case FeatureBrowser:
		has, needs = t.Browser != nil, "a browser (Browser)"
	}
	if has {
		return ""
	}
	return "needs " + needs
}
